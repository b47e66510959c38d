"""A server for Kubernetes: a Deployment of whole copies; over several machines, a LeaderWorkerSet with Ray.

vLLM runs beside this project's server in one pod, as a sidecar (Kubernetes 1.29): it starts first, the front
starts once it has written a token, and at the end the front drains before vLLM is stopped.
"""

from __future__ import annotations

from dataclasses import replace

from tgi.opt.launch.ray import head_script, worker_script
from tgi.opt.launch.server import PORT, Server
from tgi.opt.launch.text import deeper, environment_list, indented, items, quoted

__all__ = ["kubernetes_manifest"]

# An hour to load, told by one real token; afterwards /health, which a long queue does not make fail.
_GPU_CONTAINER = """\
- name: {name}
  image: {image}
{sidecar}{command}  args:
{arguments}
  env:
{environment}
  ports: [{{containerPort: {port}, name: {port_name}}}]
  resources:
    limits: {{nvidia.com/gpu: {gpus}}}
  securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
  startupProbe:
    exec: {{command: ["sh", "-c", {token}]}}
    periodSeconds: 30
    timeoutSeconds: 50
    failureThreshold: 120
{ready}  volumeMounts:
    - {{name: weights, mountPath: {folder}, readOnly: true}}
    - {{name: shm, mountPath: /dev/shm}}
"""

_READY = """\
  readinessProbe:
    httpGet: {path: /health, port: http}
    periodSeconds: 15
    timeoutSeconds: 10
    failureThreshold: 3
  lifecycle: {preStop: {exec: {command: ["sleep", "5"]}}} # until nobody new is sent here
"""

_TMP = "  - {name: tmp, emptyDir: {sizeLimit: 64Mi}}\n"

_FRONT_CONTAINER = """\
- name: {name}
  image: {image}
  command: {command}
  args:
{arguments}
  ports: [{{containerPort: {port}, name: http}}]
  securityContext:
    allowPrivilegeEscalation: false
    capabilities: {{drop: [ALL]}}
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
  resources:
    requests: {{cpu: "1", memory: 512Mi}}
    limits: {{memory: 1Gi}}
{ready}  volumeMounts:
    - {{name: tmp, mountPath: /tmp}}
"""

_POD = """\
automountServiceAccountToken: false
terminationGracePeriodSeconds: 120
securityContext: {{seccompProfile: {{type: RuntimeDefault}}}}
{containers}volumes:
  - {{name: weights, hostPath: {{path: {folder}, type: Directory}}}}
  - {{name: shm, emptyDir: {{medium: Memory, sizeLimit: 16Gi}}}}
{tmp}"""

_DEPLOYMENT = """\
# {model}: copies: {copies}, each on one machine with {gpus} GPUs.
# Kubernetes {since} with NVIDIA's device plugin.
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {copies}
  # Its GPUs are taken: a new pod could not start beside the old one.
  strategy: {{type: Recreate}}
  progressDeadlineSeconds: 4200
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
{pod}"""

_SET = """\
# {model}: one copy over {nodes} machines with {gpus} GPUs each, on vLLM with Ray.
# Kubernetes 1.29 with NVIDIA's device plugin and LeaderWorkerSet 0.6.
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
{leader}    workerTemplate:
      metadata: {{labels: {{app: {name}, role: worker}}}}
      spec:
{worker}"""

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

_WORKER_CONTAINER = """\
- name: {name}
  image: {image}
  command: {command}
  env:
{environment}
  resources:
    limits: {{nvidia.com/gpu: {gpus}}}
  securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
  volumeMounts:
    - {{name: weights, mountPath: {folder}, readOnly: true}}
    - {{name: shm, mountPath: /dev/shm}}
"""

_OWN_ADDRESS = "\n    - {name: VLLM_HOST_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}"


def kubernetes_manifest(server: Server, front: Server | None, folder: str) -> str:
    """The manifest: all its objects in one YAML stream; `front` stands before a server that is not TGI."""
    if server.nodes == 1:
        selector = f"{{app: {server.name}}}"
        return _DEPLOYMENT.format(
            model=server.model,
            copies=server.copies,
            gpus=server.gpus,
            name=server.name,
            since="1.26" if front is None else "1.29",
            pod=deeper(6, _pod(server, front, folder)),
        ) + _rest(server, selector)
    lead = replace(server, entry=("sh", "-c"), arguments=(head_script(server),))
    worker = _WORKER_CONTAINER.format(
        name=server.name,
        image=server.image,
        command=items(("sh", "-c", worker_script("$LWS_LEADER_ADDRESS"))),
        environment=environment_list(4, server.environment) + _OWN_ADDRESS,
        gpus=server.gpus,
        folder=quoted(folder),
    )
    return _SET.format(
        model=server.model,
        nodes=server.nodes,
        gpus=server.gpus,
        copies=server.copies,
        name=server.name,
        leader=deeper(8, _pod(lead, front, folder)),
        worker=deeper(
            8, _POD.format(containers=_listed("containers", worker), folder=quoted(folder), tmp="")
        ),
    ) + _rest(server, f"{{app: {server.name}, role: leader}}")


def _pod(server: Server, front: Server | None, folder: str) -> str:
    gpus = _GPU_CONTAINER.format(
        name=server.name,
        image=server.image,
        sidecar="" if front is None else "  restartPolicy: Always\n",
        command=f"  command: {items(server.entry)}\n" if server.entry else "",
        arguments=indented(4, server.arguments),
        environment=environment_list(4, server.environment) + (_OWN_ADDRESS if server.nodes > 1 else ""),
        port=server.port,
        port_name="http" if front is None else "vllm",
        gpus=server.gpus,
        token=quoted(server.token),
        ready=_READY if front is None else "",
        folder=quoted(folder),
    )
    if front is None:
        containers = _listed("containers", gpus)
    else:
        containers = _listed("initContainers", gpus) + _listed("containers", _front(front))
    tmp = "" if front is None else _TMP
    return _POD.format(containers=containers, folder=quoted(folder), tmp=tmp)


def _front(front: Server) -> str:
    return _FRONT_CONTAINER.format(
        name=front.name,
        image=front.image,
        command=items(front.entry),
        arguments=indented(4, front.arguments),
        port=front.port,
        ready=_READY,
    )


def _listed(key: str, container: str) -> str:
    return f"{key}:\n" + deeper(2, container)


def _rest(server: Server, selector: str) -> str:
    return _SERVICE.format(name=server.name, selector=selector, port=PORT)
