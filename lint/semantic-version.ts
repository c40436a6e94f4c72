/** Versions that the operator's lenient parser takes (Masterminds/semver): `1`, `1.2` and a leading `v` are fine. */
const LENIENT =
  /^v?\d+(\.\d+)?(\.\d+)?(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

export function isSemanticVersion(text: string): boolean {
  return LENIENT.test(text);
}
