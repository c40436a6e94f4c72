/**
 * Whether a name is one of the IANA database, such as `Europe/Berlin`, as the controllers that read it look it up: in the
 * right case, and no offset such as `+02:00`, which is a zone to JavaScript only.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // JavaScript finds a zone in any case; other names of a zone, such as Etc/UTC, it answers with the first.
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
