/** An image that cannot change under its name: `registry.example/dynamo-gitops@sha256:…`. */
export type DigestPinnedImage = `${string}@sha256:${string}`;

export function imageFinding(property: string, image: string): readonly string[] {
  return /^[a-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}$/.test(image)
    ? []
    : [`${property} "${image}" is not pinned by its digest, "…@sha256:" and 64 hexadecimal digits`];
}
