/** One line of the table about files: what a rule finds in them, or what it lets pass. */
export interface FileCase {
  readonly rule: string;
  /** `a.yaml:3`; undefined for what the rule lets pass. */
  readonly place: string | undefined;
  /** Text, or bytes that are none. */
  readonly files: { readonly [file: string]: string | Uint8Array };
  /** What the files were, for rules that compare. */
  readonly base: { readonly [file: string]: string | Uint8Array } | undefined;
  readonly operator: '1.1.0' | '1.4.0';
}

type Files = FileCase['files'];

const refused = (rule: string, place: string, files: Files, base?: Files): FileCase => ({
  ...{ rule, place, files, base, operator: '1.4.0' },
});
const accepted = (rule: string, files: Files, base?: Files): FileCase => ({
  ...{ rule, place: undefined, files, base, operator: '1.4.0' },
});

const IMAGE = 'registry.example/vllm-runtime:1.4.0';
const GRAPH = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: inference }
spec:
  components:
    - name: decode
      type: worker
      replicas: 2
      podTemplate: { spec: { containers: [{ name: main, image: "${IMAGE}" }] } }
`;
const OWNED = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: inference }
spec:
  services:
    decode:
      scalingAdapter: { enabled: true }
      replicas: 2
      extraPodSpec: { mainContainer: { image: "${IMAGE}" } }
`;
const leftAlone = (expression: string, graph: string) => ({
  'd/a.yaml': graph,
  'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: chat }
spec:
  source: { path: d }
  syncPolicy: { syncOptions: [ServerSideApply=true, RespectIgnoreDifferences=true] }
  ignoreDifferences:
    - { group: nvidia.com, kind: DynamoGraphDeployment, jqPathExpressions: ["${expression}"] }
`,
});
const PATCH = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  components: [{ name: decode, replicas: 4 }]
`;
const patched = (more = '') => ({
  'kustomization.yaml': `patches: [{ path: patch.yaml }]\n${more}`,
  'patch.yaml': PATCH,
});
const unpinned = GRAPH.replace(':1.4.0', '');
const ignored = (words: string) =>
  unpinned.replace('      podTemplate', `      # dynamo-gitops-ignore${words}\n      podTemplate`);

export const fileCases: readonly FileCase[] = [
  refused('yaml-syntax', 'a.yaml:2', { 'a.yaml': 'a: [1, 2\nb: 3\n' }),
  accepted('yaml-syntax', { 'a.yaml': GRAPH }),
  refused('file-unreadable', 'a.yaml', { 'a.yaml': new Uint8Array([0xff, 0xfe, 0xfd]) }),
  accepted('file-unreadable', { 'a.yaml': GRAPH }),
  refused('base-unreadable', 'a.yaml', { 'a.yaml': GRAPH }, { 'a.yaml': 'a: [1, 2\nb: 3\n' }),
  accepted('base-unreadable', { 'a.yaml': GRAPH }, { 'a.yaml': GRAPH }),
  refused('object-removed', 'a.yaml', { 'b.yaml': 'a: 1\n' }, { 'a.yaml': GRAPH }),
  accepted('object-removed', { 'b.yaml': GRAPH }, { 'a.yaml': GRAPH }),
  refused('template-skipped', 'a.yaml:8', {
    'a.yaml': GRAPH.replace('replicas: 2', 'replicas: "{{ .Values.replicas }}"'),
  }),
  // What the tag will be is not known, so nothing is said against it.
  refused('template-skipped', 'a.yaml:9', { 'a.yaml': GRAPH.replace(IMAGE, 'registry.example/vllm:$' + '{TAG}') }),
  accepted('template-skipped', { 'a.yaml': GRAPH }),
  refused('kustomize-patch-skipped', 'patch.yaml:2', patched('openapi: { path: dynamo.json }\n')),
  accepted('kustomize-patch-skipped', { 'a.yaml': GRAPH }),
  refused('kustomize-component-list', 'patch.yaml:5', patched()),
  accepted('kustomize-component-list', patched('openapi: { path: dynamo.json }\n')),
  accepted('kustomize-component-list', {
    ...Object.fromEntries(Object.entries(patched()).map(([file, text]) => [`base/${file}`, text])),
    'prod/kustomization.yaml': 'resources: [../base]\nopenapi: { path: dynamo.json }\n',
  }),
  // Argo CD leaves the count as it is in the cluster, but not inside of a list.
  accepted('gitops-replicas-beside-adapter', leftAlone('.spec.services.decode.replicas', OWNED)),
  refused('gitops-replicas-beside-adapter', 'd/a.yaml:8', leftAlone('.spec.services.prefill.replicas', OWNED)),
  refused(
    'gitops-replicas-beside-adapter',
    'd/a.yaml:8',
    leftAlone('.spec.components[].replicas', GRAPH.replace('replicas: 2', 'replicas: 2\n      scalingAdapter: {}')),
  ),
  refused('ignore-without-reason', 'a.yaml:9', { 'a.yaml': ignored(' gitops-unpinned-image') }),
  accepted('ignore-without-reason', { 'a.yaml': ignored(' gitops-unpinned-image: built anew each night') }),
  refused('ignore-unknown-rule', 'a.yaml:9', { 'a.yaml': ignored(' gitops-image: built anew each night') }),
  accepted('ignore-unknown-rule', { 'a.yaml': ignored(' gitops-unpinned-image: built anew each night') }),
  refused('ignore-unused', 'a.yaml:9', { 'a.yaml': ignored(' gitops-plain-secret: there is none') }),
  accepted('ignore-unused', { 'a.yaml': GRAPH }),
  { ...refused('version-not-served', 'a.yaml:1', { 'a.yaml': GRAPH }), operator: '1.1.0' },
  accepted('version-not-served', { 'a.yaml': GRAPH }),
];
