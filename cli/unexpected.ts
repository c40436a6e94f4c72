import type { Problem } from '../api/problem.ts';

const REASONS: ReadonlyMap<string, { readonly code: Problem['code']; readonly text: string }> = new Map([
  ['ENOENT', { code: 'not-found', text: 'does not exist' }],
  ['ENOTDIR', { code: 'not-found', text: 'has a file where a folder is needed' }],
  ['EEXIST', { code: 'not-found', text: 'has a file where a folder is needed' }],
  ['ENAMETOOLONG', { code: 'usage', text: 'is a name longer than the file system takes' }],
  ['ELOOP', { code: 'unreadable', text: 'is reached through symbolic links that lead in a circle' }],
  ['EISDIR', { code: 'unreadable', text: 'is a folder, not a file' }],
  ['EACCES', { code: 'unreadable', text: 'may not be accessed' }],
  ['EPERM', { code: 'unreadable', text: 'may not be accessed' }],
  ['EROFS', { code: 'unwritable', text: 'is on a read-only file system' }],
  ['ENOSPC', { code: 'unwritable', text: 'cannot be written: the disk is full' }],
  ['EMFILE', { code: 'unavailable', text: 'cannot be opened: too many open files' }],
]);

/** What was thrown rather than returned, as one line: an error of the system by its cause, anything else as a defect. */
export function unexpected(cause: unknown): Problem {
  const code = stringOf(cause, 'code');
  const reason = code === undefined ? undefined : REASONS.get(code);
  const file = stringOf(cause, 'path');
  if (reason !== undefined && file !== undefined) return { code: reason.code, file, message: reason.text };
  const message = stringOf(cause, 'message') ?? String(cause);
  return {
    code: 'internal',
    message: `unexpected failure: ${message.split('\n')[0] ?? ''}`,
    hint: 'this is a defect; please report it with the command and its input',
  };
}

/** By shape, not by class: an error of Node's own may come from another realm than this module, as under test. */
function stringOf(cause: unknown, field: 'code' | 'path' | 'message'): string | undefined {
  const value = typeof cause === 'object' && cause !== null ? Reflect.get(cause, field) : undefined;
  return typeof value === 'string' ? value : undefined;
}
