{{/* The pod that answers: the model, and before one that does not speak TGI's protocol, the server that does. */}}
{{- define "model.pod" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 120
securityContext: {seccompProfile: {type: RuntimeDefault}}
{{- if .Values.front }}
initContainers:
  - {{- include "model.loads" . | nindent 4 }}
containers:
  - {{- include "model.front" . | nindent 4 }}
{{- else }}
{{- if .Values.fetch }}
initContainers:
  - name: weights
    image: {{ .Values.image }}
    args: [fetch]
    {{- if .Values.env }}
    {{- include "model.env" . | nindent 4 }}
    {{- end }}
    {{- include "model.locks" . | nindent 4 }}
    volumeMounts:
      - {name: cache, mountPath: /var/cache/storyroom}
      - {name: tmp, mountPath: /tmp}
{{- end }}
containers:
  - {{- include "model.loads" . | nindent 4 }}
{{- end }}
{{ include "model.volumes" . }}
{{- end }}

{{/* Another machine of the same copy: it joins the first one's Ray. */}}
{{- define "model.worker" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 120
securityContext: {seccompProfile: {type: RuntimeDefault}}
containers:
  - name: {{ .Values.name }}
    image: {{ .Values.image }}
    command: [sh, -c, {{ .Values.join | toJson }}]
    {{- include "model.env" . | nindent 4 }}
    {{- include "model.gpus" . | nindent 4 }}
volumes:
  - {name: weights, hostPath: {path: {{ .Values.weights | toJson }}, type: Directory}}
  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 16Gi}}
{{- end }}

{{- define "model.loads" -}}
name: {{ .Values.name }}
image: {{ .Values.image }}
{{- if .Values.front }}
restartPolicy: Always
{{- end }}
{{- with .Values.command }}
command: {{ toJson . }}
{{- end }}
args:
  {{- range .Values.args }}
  - {{ toJson . }}
  {{- end }}
{{- if or .Values.env (gt (int .Values.nodes) 1) }}
{{ include "model.env" . }}
{{- end }}
ports: [{containerPort: {{ .Values.port }}, name: {{ ternary "vllm" "http" (not (empty .Values.front)) }}}]
startupProbe: # an hour to load
  {{- if .Values.token }}
  exec: {command: [sh, -c, {{ .Values.token | toJson }}]}
  {{- else }}
  httpGet: {path: /health, port: http}
  {{- end }}
  periodSeconds: 30
  timeoutSeconds: 50
  failureThreshold: 120
{{- if not .Values.front }}
{{ include "model.ready" . }}
{{- end }}
{{- if .Values.gpus }}
{{ include "model.gpus" . }}
{{- else }}
{{ include "model.locks" . }}
volumeMounts:
  - {name: cache, mountPath: /var/cache/storyroom, readOnly: true}
  - {name: tmp, mountPath: /tmp}
{{- end }}
{{- end }}

{{- define "model.front" -}}
name: storyroom-tgi
image: {{ .Values.front.image }}
command: {{ toJson .Values.front.command }}
args:
  {{- range .Values.front.args }}
  - {{ toJson . }}
  {{- end }}
ports: [{containerPort: 8080, name: http}]
resources:
  requests: {cpu: "1", memory: 512Mi}
  limits: {memory: 1Gi}
{{ include "model.ready" . }}
securityContext:
  {{- include "model.nobody" . | nindent 2 }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "model.env" -}}
env:
  {{- range $key, $value := .Values.env }}
  - {name: {{ $key }}, value: {{ toJson $value }}}
  {{- end }}
  {{- if gt (int .Values.nodes) 1 }}
  - {name: VLLM_HOST_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
  {{- end }}
{{- end }}

{{- define "model.gpus" -}}
resources:
  limits: {nvidia.com/gpu: {{ .Values.gpus }}}
securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
volumeMounts:
  - {name: weights, mountPath: {{ .Values.weights | toJson }}, readOnly: true}
  - {name: shm, mountPath: /dev/shm}
{{- end }}

{{- define "model.locks" -}}
resources:
  requests: {cpu: "1", memory: 1Gi}
  limits: {memory: 2Gi}
securityContext:
  {{- include "model.nobody" . | nindent 2 }}
{{- end }}

{{- define "model.nobody" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
{{- end }}

{{- define "model.ready" -}}
readinessProbe:
  httpGet: {path: /health, port: http}
  periodSeconds: 15
  timeoutSeconds: 10
  failureThreshold: 3
lifecycle: {preStop: {exec: {command: [sleep, "5"]}}} # until nobody new is sent here
{{- end }}

{{- define "model.volumes" -}}
volumes:
  {{- if .Values.gpus }}
  - {name: weights, hostPath: {path: {{ .Values.weights | toJson }}, type: Directory}}
  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 16Gi}}
  {{- else }}
  - {name: cache, emptyDir: {sizeLimit: 1Gi}}
  {{- end }}
  {{- if or .Values.front (not .Values.gpus) }}
  - {name: tmp, emptyDir: {sizeLimit: {{ ternary "512Mi" "64Mi" .Values.fetch }}}}
  {{- end }}
{{- end }}
