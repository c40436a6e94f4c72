import { digestOfDocument, isDnsSubdomain, type JsonObject } from '../../api/index.ts';
import { CACHE_VOLUME } from './claim.ts';

/** A model on Hugging Face's hub. */
export interface HubModel {
  /** Such as `Qwen/Qwen3-32B`. */
  readonly name: string;

  /**
   * Branch, tag or commit. Only a commit says which files a pod will find next month.
   *
   * @default - the newest commit of the main branch, at the time of the download
   */
  readonly revision?: string;
}

export interface ModelDownloadProps {
  /** Models to download, by name or with a revision. Changing the list makes a new Job. */
  readonly models: readonly (string | HubModel)[];

  /**
   * Image with Python and the package `huggingface_hub`. The runtime image of the graph that mounts the cache has both,
   * and the nodes need it anyway.
   */
  readonly image: string;

  /**
   * Secret in the same namespace whose keys become environment variables of the download, such as `HF_TOKEN` for a model
   * that is not public.
   *
   * @default - none
   */
  readonly environmentSecret?: string;

  /**
   * More environment variables, such as `HF_ENDPOINT` for a mirror.
   *
   * @default - `HF_HOME` alone
   */
  readonly environment?: { readonly [name: string]: string };

  /**
   * How often a download that failed is started again; what it has got already is kept.
   *
   * @default 3
   */
  readonly retries?: number;

  /**
   * Fields of the pod's spec, such as `nodeSelector`, `tolerations` or `imagePullSecrets`. They replace ours of the same
   * name.
   *
   * @default - none
   */
  readonly podSpec?: JsonObject;
}

export interface MountedClaim {
  readonly claimName: string;
  readonly mountPath: string;
}

/** Takes names as arguments, so that nothing of them is read by a shell or as code. */
const SCRIPT = `import sys
from huggingface_hub import snapshot_download
for model in sys.argv[1:]:
    name, _, revision = model.partition("@")
    print(snapshot_download(name, revision=revision or None), flush=True)
`;

/** User and group that Dynamo's images run as, so that workers may write what they miss beside what was downloaded. */
const DYNAMO_USER = 1000;

/** Longest name of a Job whose pods can carry it as a label. */
const MAX_JOB_NAME = 63;

/** Spec of the Job that downloads models into a claim. */
export function downloadSpec(props: ModelDownloadProps, claim: MountedClaim): JsonObject {
  const environment = { HF_HOME: claim.mountPath, ...props.environment };
  return {
    backoffLimit: props.retries ?? 3,
    template: {
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: DYNAMO_USER,
          fsGroup: DYNAMO_USER,
          fsGroupChangePolicy: 'OnRootMismatch',
        },
        containers: [
          {
            name: 'download',
            image: props.image,
            command: ['python3', '-c', SCRIPT],
            args: props.models.map((model) => literal(hubReference(toHubModel(model)))),
            env: Object.entries(environment).map(([name, value]) => ({ name, value: literal(value) })),
            ...(props.environmentSecret === undefined
              ? {}
              : { envFrom: [{ secretRef: { name: props.environmentSecret } }] }),
            volumeMounts: [{ name: CACHE_VOLUME, mountPath: claim.mountPath }],
          },
        ],
        volumes: [{ name: CACHE_VOLUME, persistentVolumeClaim: { claimName: claim.claimName } }],
        ...props.podSpec,
      },
    },
  };
}

/**
 * Name of the Job with this spec. A Job cannot be changed in place, so that another model, image or revision is another
 * Job, and the one before is pruned.
 */
export function downloadJobName(claimName: string, spec: JsonObject): string {
  return `${claimName}-download-${digestOfDocument(spec).slice('sha256:'.length).slice(0, 8)}`;
}

/** What is wrong with a download, a line each. */
export function downloadProblems(props: ModelDownloadProps, jobName: string): readonly string[] {
  const messages: string[] = [];
  if (props.models.length === 0) messages.push('download.models is empty; name a model, or leave "download" out');
  for (const { name, revision } of props.models.map(toHubModel)) {
    if (!/^[^\s@-][^\s@]*$/.test(name)) messages.push(`download.models: "${name}" is not a model's name on the hub`);
    if (revision !== undefined && !/^[^\s@]+$/.test(revision)) {
      messages.push(`download.models: revision "${revision}" of "${name}" must be a word`);
    }
  }
  if (!/^\S+$/.test(props.image)) messages.push(`download.image "${props.image}" must name a container image`);
  if (props.environmentSecret !== undefined && !isDnsSubdomain(props.environmentSecret)) {
    messages.push(`download.environmentSecret "${props.environmentSecret}" is not a lower-case DNS name`);
  }
  const { retries } = props;
  if (retries !== undefined && !(Number.isSafeInteger(retries) && retries >= 0 && retries <= 100)) {
    messages.push(`download.retries is ${retries}; it must be whole, from 0 to 100`);
  }
  if (jobName.length > MAX_JOB_NAME) {
    messages.push(
      `the download's name "${jobName}" has ${jobName.length} characters, and a Job's name has at most ${MAX_JOB_NAME}; give the cache a shorter id`,
    );
  }
  return messages;
}

function toHubModel(model: string | HubModel): HubModel {
  return typeof model === 'string' ? { name: model } : model;
}

function hubReference({ name, revision }: HubModel): string {
  return revision === undefined ? name : `${name}@${revision}`;
}

/** Kubernetes fills `$(NAME)` in arguments and variables in; a doubled `$` stands for itself. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
