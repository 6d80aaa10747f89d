/** A chart like many: helpers, a Deployment, a Service, a ServiceAccount and an Ingress that nobody wants. */
export function chartFiles(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

const files = {
  "Chart.yaml": `apiVersion: v2
name: service
version: 1.0.0
`,
  "values.yaml": `replicas: 1
image:
  repository: ""
  tag: ""
resources:
  requests: { cpu: 1m, memory: 1Mi }
  limits: { cpu: 10m, memory: 16Mi }
service:
  port: 80
ingress:
  enabled: false
  host: ""
`,
  "templates/_helpers.tpl": `{{- define "service.labels" -}}
app.kubernetes.io/name: {{ .Release.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
`,
  "templates/objects.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "service.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {{- include "service.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "service.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .Release.Name }}
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: main
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports: [{ name: http, containerPort: 8080 }]
          resources: {{- toYaml .Values.resources | nindent 12 }}
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "service.labels" . | nindent 4 }}
spec:
  selector: {{- include "service.labels" . | nindent 4 }}
  ports: [{ name: http, port: {{ .Values.service.port }}, targetPort: 8080 }]
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
automountServiceAccountToken: false
{{- if .Values.ingress.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  rules:
    - host: {{ .Values.ingress.host }}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: {{ .Release.Name }}, port: { name: http } } } }] }
{{- end }}
`,
};
