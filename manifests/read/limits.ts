/**
 * What is read at most. Each is far above any manifest that people write, and low enough that whoever sends more costs the
 * reader less than a few seconds and a few hundred megabytes.
 */

/** A file: 32 MiB. etcd stores no object above 1.5 MiB, and the largest bundle that is known, all of Istio's, has 3. */
export const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;

/** Documents of one file; each takes at least 4 bytes to write and some hundred to remember. */
export const MAX_DOCUMENTS = 50_000;

/** Nesting as it is written. A pod template of the Kubernetes API stays below 20. */
export const MAX_DEPTH = 100;

/** Nesting that aliases make. */
export const MAX_UNFOLDED_DEPTH = 200;

/** Aliases of one document. */
export const MAX_ALIASES = 1000;

/**
 * Parts that aliases may add to the documents of one file, beyond what is written. Every rule walks them all, and real
 * manifests repeat an environment or a label or two.
 */
export const MAX_UNFOLDED_NODES = 100_000;

/**
 * Characters of a file that go to the parser that keeps positions, since the fast one is stricter than Kubernetes there: it
 * takes half a second and a hundred megabytes for each half million.
 */
export const MAX_COMPOSED_LENGTH = 1024 * 1024;

/** Problems of one file; the rest is counted in one line. */
export const MAX_PROBLEMS = 1000;
