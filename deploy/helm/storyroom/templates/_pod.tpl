{{/* Called with (dict "root" $ "role" ROLE): what tells the objects of one role apart. */}}
{{- define "storyroom.selector" -}}
app.kubernetes.io/name: storyroom
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "storyroom.labels" -}}
{{ include "storyroom.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "storyroom.metadata" -}}
name: {{ .root.Release.Name }}-{{ .role }}
namespace: {{ .root.Release.Namespace }}
labels: {{- include "storyroom.labels" . | nindent 2 }}
{{- end }}

{{/* The start of every pod: nobody's rights, no token of the cluster's. */}}
{{- define "storyroom.locked" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - {name: {{ . }}}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "storyroom.nobody" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The settings that every command of ours is given. Secrets are files, so that no environment has them. */}}
{{- define "storyroom.environment" -}}
env:
  - {name: STORYROOM_TGI_URLS, value: {{ join "," .root.Values.tgi.urls | quote }}}
  {{- range $name, $value := .root.Values.settings }}
  - {name: STORYROOM_{{ $name }}, value: {{ $value | toString | quote }}}
  {{- end }}
  {{- if .root.Values.archive.enabled }}
  - {name: STORYROOM_ARCHIVE, value: /archive}
  {{- end }}
{{- end }}

{{- define "storyroom.mounts" -}}
volumeMounts:
  - {name: secrets, mountPath: /run/secrets, readOnly: true}
  - {name: tmp, mountPath: /tmp}
  {{- if .root.Values.archive.enabled }}
  - {name: archive, mountPath: /archive{{ if ne .role "archive" }}, readOnly: true{{ end }}}
  {{- end }}
{{- end }}

{{- define "storyroom.volumes" -}}
volumes:
  - name: secrets
    projected:
      defaultMode: 0440
      sources:
        - secret:
            name: {{ required "Name the Secret that holds the bot's token: discord.existingSecret" .root.Values.discord.existingSecret }}
            items: [{key: {{ .root.Values.discord.key }}, path: STORYROOM_DISCORD_TOKEN}]
        - secret:
            name: {{ required "Name the Secret that holds the address of Redis: redis.existingSecret" .root.Values.redis.existingSecret }}
            items: [{key: {{ .root.Values.redis.key }}, path: STORYROOM_REDIS_URL}]
        {{- with .root.Values.tgi.existingSecret }}
        - secret:
            name: {{ . }}
            items: [{key: {{ $.root.Values.tgi.key }}, path: STORYROOM_TGI_TOKEN}]
        {{- end }}
  - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
  {{- if .root.Values.archive.enabled }}
  - name: archive
    persistentVolumeClaim: {claimName: {{ required "Name the volume for the archive: archive.claim" .root.Values.archive.claim }}}
  {{- end }}
{{- end }}

{{/* A pod that stays. Called with "args", "resources" and "env" (what only this role is told) besides. */}}
{{- define "storyroom.serving" -}}
{{ include "storyroom.locked" . }}
terminationGracePeriodSeconds: {{ .grace }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "storyroom.selector" . | nindent 8 }}
containers:
  - name: {{ .role }}
    image: {{ .root.Values.image | quote }}
    args: {{ toJson .args }}
    {{- include "storyroom.environment" . | nindent 4 }}
      - {name: STORYROOM_WATCH_ADDRESS, value: "0.0.0.0:{{ .root.Values.watch.port }}"}
      {{- range .env }}
      - {{ toJson . }}
      {{- end }}
    ports: [{containerPort: {{ .root.Values.watch.port }}, name: watch}]
    startupProbe:
      httpGet: {path: /livez, port: watch}
      periodSeconds: 2
      timeoutSeconds: 5
      failureThreshold: 60
    livenessProbe: # the event loop still turns; Redis or Discord being away is no reason to start again
      httpGet: {path: /livez, port: watch}
      periodSeconds: 15
      timeoutSeconds: 10
      failureThreshold: 4
    readinessProbe:
      httpGet: {path: /readyz, port: watch}
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: 3
    resources: {{ toJson .resources }}
    {{- include "storyroom.nobody" . | nindent 4 }}
    {{- include "storyroom.mounts" . | nindent 4 }}
{{ include "storyroom.volumes" . }}
{{- end }}
