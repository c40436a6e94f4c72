import { CONFIG_FILE, fail, type Result } from '../../api/index.ts';

/** What is not there was not named on the command line, so the field that names it is where to look. */
export function withField<T>(read: Result<T>, field: string): Result<T> {
  if (read.ok) return read;
  const hint = `${CONFIG_FILE} names it in ${field}`;
  return fail(...read.error.map((problem) => (problem.code === 'not-found' ? { ...problem, hint } : problem)));
}
