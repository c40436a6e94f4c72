/** How many of the manifests hold a mistake: none, one in ten, or each. */
export type Mistakes = 'none' | 'some' | 'all';

const FRAMEWORKS = ['vllm', 'sglang', 'trtllm'] as const;
const MODELS = ['Qwen/Qwen3-32B', 'meta-llama/Llama-3.3-70B-Instruct', 'deepseek-ai/DeepSeek-R1'] as const;

/** The graph deployment of an index as a team keeps it in Git: about 130 lines and 3.5 KB, with comments. */
export function graphManifest(index: number, mistakes: Mistakes): string {
  const isWrong = mistakes === 'all' || (mistakes === 'some' && index % 10 === 0);
  return index % 4 === 3 ? betaGraph(index, isWrong) : alphaGraph(index, isWrong);
}

function alphaGraph(index: number, isWrong: boolean): string {
  const framework = FRAMEWORKS[index % 3] ?? 'vllm';
  return `# Served to the ${TEAMS[index % TEAMS.length]} team; ask there before you change it.
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat-${index}
  namespace: llm-${index % 20}
  labels:
    app.kubernetes.io/part-of: "chat"
    app.kubernetes.io/managed-by: argocd
spec:
  backendFramework: ${framework}
  envs:
    - name: HF_HOME
      value: /opt/models
    - {name: DYN_LOG, value: "info,dynamo_llm=debug"}
  pvcs:
    - name: model-cache # filled by a job of its own
      create: false
  services:
    Frontend:
      componentType: frontend
      replicas: 2
      resources:
        requests: {cpu: "4", memory: 8Gi}
        limits: {cpu: "8", memory: 16Gi}
      extraPodSpec:
        mainContainer:
          image: ${image(framework)}
${worker('prefill', index, framework, false)}${worker('decode', index, framework, isWrong)}`;
}

const TEAMS = ['search', 'assistants', 'support', 'code'] as const;

function worker(role: 'prefill' | 'decode', index: number, framework: string, isWrong: boolean): string {
  return `    ${role}:
      # Sized by the planner; see pins.
      componentType: worker
      subComponentType: ${role}
      replicas: ${isWrong ? '"2"' : 1 + (index % 7)}
      envFromSecret: hf-token-secret
      sharedMemory:
        size: 80Gi
      volumeMounts:
        - name: model-cache
          mountPoint: /opt/models
      resources:
        requests:
          cpu: "16"
          memory: 200Gi
        limits:
          gpu: "${1 + (index % 4)}"
      livenessProbe:
        httpGet: {path: /live, port: 9090}
        periodSeconds: 10
        failureThreshold: 6
      extraPodSpec:
        nodeSelector:
          nvidia.com/gpu.product: 'NVIDIA-H100-80GB-HBM3'
        tolerations:
          - key: nvidia.com/gpu
            operator: Exists
            effect: NoSchedule
        mainContainer:
          image: ${image(framework)}
          workingDir: /workspace
          command: [python3, -m, dynamo.${framework}]
          args:
            - --model
            - ${MODELS[index % 3]}
            - --served-model-name
            - chat-${index}
            - --tensor-parallel-size
            - "${1 + (index % 4)}"
            - --disaggregation-mode
            - ${role}
`;
}

function betaGraph(index: number, isWrong: boolean): string {
  const framework = FRAMEWORKS[index % 3] ?? 'vllm';
  return `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat-${index}
  namespace: llm-${index % 20}
spec:
  backendFramework: ${framework}
  components:
    - name: Frontend
      type: frontend
      replicas: 1
      podTemplate:
        spec:
          containers:
            - name: main
              image: ${image(framework)}
${component('prefill', index, framework, false)}${component('decode', index, framework, isWrong)}`;
}

function component(role: 'prefill' | 'decode', index: number, framework: string, isWrong: boolean): string {
  return `    - name: ${role}
      type: ${role}
      replicas: ${isWrong ? '"2"' : 1 + (index % 7)}
      sharedMemorySize: 80Gi
      podTemplate:
        metadata:
          labels:
            team: ${TEAMS[index % TEAMS.length]}
        spec:
          volumes:
            - name: model-cache
              persistentVolumeClaim:
                claimName: model-cache
          tolerations:
            - key: nvidia.com/gpu
              operator: Exists
              effect: NoSchedule
          containers:
            - name: main
              image: ${image(framework)}
              workingDir: /workspace
              command: [python3, -m, dynamo.${framework}]
              args:
                - --model
                - ${MODELS[index % 3]}
                - --served-model-name
                - chat-${index}
                - --tensor-parallel-size
                - "${1 + (index % 4)}"
                - --disaggregation-mode
                - ${role}
              env:
                - name: HF_HOME
                  value: /opt/models
              envFrom:
                - secretRef:
                    name: hf-token-secret
              volumeMounts:
                - name: model-cache
                  mountPath: /opt/models
              resources:
                limits:
                  nvidia.com/gpu: "${1 + (index % 4)}"
`;
}

function image(framework: string): string {
  return `nvcr.io/nvidia/ai-dynamo/${framework === 'trtllm' ? 'tensorrtllm' : framework}-runtime:1.3.1`;
}
