/** Semantic Versioning 2.0.0 with a leading `v` or `V`: no leading zeros, also not in a numeric part of the pre-release. */
const SEMANTIC_VERSION =
  /^[vV]?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** Version of the Dynamo runtime in an image. */
export interface RuntimeVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The runtime version that an image's tag states, as the operator reads it: the text after the last `:` that follows
 * the last `/`, without a digest. Undefined for no tag, `latest`, `1.2`, `main-abc`: an operator from 1.4 on refuses to
 * create a service with such an image unless `runtimeVersionOverride` is set.
 */
export function imageVersion(image: string): RuntimeVersion | undefined {
  const [reference = ''] = image.split('@', 1);
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const colon = name.lastIndexOf(':');
  const match = colon < 0 ? null : SEMANTIC_VERSION.exec(name.slice(colon + 1));
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}
