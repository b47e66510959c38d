"""A server for Kubernetes: a Deployment of whole copies; over several machines, a LeaderWorkerSet with Ray.

One real token says that it is ready: /health of a server that is stuck may still answer.
"""

from __future__ import annotations

import shlex

from tgi.opt.launch.server import PORT, Server
from tgi.opt.launch.text import environment_list, indented, items, quoted

__all__ = ["kubernetes_manifest"]

_POD = """\
      terminationGracePeriodSeconds: 120
      containers:
        - name: {name}
          image: {image}
          command: {command}
          args:
{arguments}
          env:
{environment}
          ports: [{{containerPort: {port}, name: http}}]
          resources:
            limits: {{nvidia.com/gpu: {gpus}}}
          startupProbe:
            httpGet: {{path: /health, port: http}}
            periodSeconds: 30
            failureThreshold: 120 # an hour
          readinessProbe:
            exec: {{command: ["sh", "-c", {token}]}}
            periodSeconds: 60
            timeoutSeconds: 50
            failureThreshold: 2
          volumeMounts: &mounts
            - {{name: weights, mountPath: {folder}, readOnly: true}}
            - {{name: shm, mountPath: /dev/shm}}
      volumes: &volumes
        - {{name: weights, hostPath: {{path: {folder}, type: Directory}}}}
        - {{name: shm, emptyDir: {{medium: Memory, sizeLimit: 16Gi}}}}
"""

_DEPLOYMENT = """\
# {model}: {copies} of one machine with {gpus} GPUs each. The device plugin of NVIDIA must be there.
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {copies}
  # Its GPUs are taken: a new pod could not start beside the old one.
  strategy: {{type: Recreate}}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
{pod}{rest}"""

_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {selector}
  ports: [{{port: {port}, targetPort: http, name: http}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}}}
spec:
  maxUnavailable: 1
  selector: {{matchLabels: {selector}}}
"""

_SET = """\
# {model}: one copy over {nodes} machines with {gpus} GPUs each. LeaderWorkerSet 0.6 must be installed.
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {{name: {name}}}
spec:
  replicas: {copies}
  leaderWorkerTemplate:
    size: {nodes}
    restartPolicy: RecreateGroupOnPodRestart
    leaderTemplate:
      metadata: {{labels: {{app: {name}, role: leader}}}}
      spec:
{leader}
    workerTemplate:
      metadata: {{labels: {{app: {name}, role: worker}}}}
      spec:
        terminationGracePeriodSeconds: 120
        containers:
          - name: {name}
            image: {image}
            command: ["sh", "-c", {join}]
            env:
{environment}
            resources:
              limits: {{nvidia.com/gpu: {gpus}}}
            volumeMounts: *mounts
        volumes: *volumes
{rest}"""


def kubernetes_manifest(server: Server, folder: str) -> str:
    """The manifest: all its objects in one YAML stream."""
    if server.nodes == 1:
        selector = f"{{app: {server.name}}}"
        return _DEPLOYMENT.format(
            model=server.model,
            copies=server.copies,
            gpus=server.gpus,
            name=server.name,
            pod=_pod(server, folder, server.program, server.arguments),
            rest=_rest(server, selector),
        )
    serve = shlex.join((*server.program, *server.arguments))
    everybody = f'[ "$(ray status | grep -c node_)" -ge {server.nodes} ]'
    lead = f"ray start --head --port=6379 && until {everybody}; do sleep 5; done && exec {serve}"
    leader = _pod(server, folder, ("sh", "-c"), (lead,))
    return _SET.format(
        model=server.model,
        nodes=server.nodes,
        gpus=server.gpus,
        copies=server.copies,
        name=server.name,
        image=server.image,
        leader=_deeper(leader),
        join=quoted('exec ray start --address="$LWS_LEADER_ADDRESS:6379" --block'),
        environment=environment_list(14, server.environment),
        rest=_rest(server, f"{{app: {server.name}, role: leader}}"),
    )


def _pod(server: Server, folder: str, command: tuple[str, ...], arguments: tuple[str, ...]) -> str:
    return _POD.format(
        name=server.name,
        image=server.image,
        command=items(command),
        arguments=indented(12, arguments),
        environment=environment_list(12, server.environment),
        port=PORT,
        gpus=server.gpus,
        token=quoted(_token(server)),
        folder=quoted(folder),
    )


def _token(server: Server) -> str:
    """Ask for one token, in the server's own way, with what its image has."""
    if server.name == "tgi":
        path, body = "/generate", '{"inputs":"A","parameters":{"max_new_tokens":1}}'
    else:
        path, body = "/v1/completions", f'{{"model":"{server.model}","prompt":"A","max_tokens":1}}'
    url, kind = f"http://127.0.0.1:{PORT}{path}", "Content-Type: application/json"
    return f"curl --fail --silent --max-time 45 --header '{kind}' --data '{body}' {url} >/dev/null"


def _rest(server: Server, selector: str) -> str:
    return _SERVICE.format(name=server.name, selector=selector, port=PORT)


def _deeper(text: str) -> str:
    return "\n".join("  " + line for line in text.rstrip("\n").split("\n"))
