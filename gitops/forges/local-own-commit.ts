import { type Result, succeed } from '../../api/index.ts';
import { type Repository, readObjects, type Signature } from '../repository/index.ts';

/**
 * Whether a commit is one that we wrote, of a plan. Whoever amends, rebases or picks one becomes its committer.
 * @returns false where it cannot be read.
 */
export async function isOwnCommit(
  repository: Repository,
  commit: string,
  { email }: Pick<Signature, 'email'>,
): Promise<Result<boolean>> {
  const read = await readObjects(repository, [commit]);
  if (!read.ok) return read;
  const [head = '', ...message] = Buffer.from(read.value[0] ?? [])
    .toString('utf8')
    .split('\n\n');
  const committer = /^committer .*<([^<>]*)> \d+ [+-]\d{4}$/m.exec(head)?.[1];
  return succeed(committer === email && /^Plan-Id: sha256:[0-9a-f]{64}$/m.test(message.join('\n\n')));
}
