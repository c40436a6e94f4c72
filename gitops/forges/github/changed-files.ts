import { fail, type Result, succeed } from '../../../api/index.ts';
import type { BranchView } from '../forge.ts';
import { committedTree, forkedComparison, listedTree } from './answers.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';

/** Folders that are looked into one by one where GitHub does not list a tree whole (100,000 entries, 7 MB). */
const MOST_FOLDERS = 200;

type TreeEntry = { readonly path: string; readonly mode: string; readonly type: string; readonly sha: string };
type Listing = ReadonlyMap<string, TreeEntry>;

/**
 * Every path that differs, in content, mode or existence, between a branch and the last commit that it has in common with
 * its base. Whole trees are compared, since GitHub lists no more than the first 300 files of a comparison.
 */
export async function changedFiles(
  client: GitHubClient,
  { base, head }: BranchView,
): Promise<Result<readonly string[]>> {
  if (head.commit === undefined) return succeed([]);
  const { owner, repo } = client;
  const basehead = `${base.commit}...${head.commit}`;
  const compared = await client.rest(forkedComparison, (octokit) =>
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 }),
  );
  if (!compared.ok) return { ok: false, error: [githubProblem('compare the branches', compared.error)] };
  const tip = await client.rest(committedTree, (octokit) =>
    octokit.rest.git.getCommit({ owner, repo, commit_sha: head.commit ?? '' }),
  );
  if (!tip.ok) return { ok: false, error: [githubProblem('read the commit', tip.error)] };
  return comparedTrees(client, compared.value.merge_base_commit.commit.tree.sha, tip.value.tree.sha);
}

async function comparedTrees(client: GitHubClient, before: string, after: string): Promise<Result<readonly string[]>> {
  if (before === after) return succeed([]);
  const trees = [await listTree(client, before, true), await listTree(client, after, true)] as const;
  const [old, now] = trees;
  if (!old.ok) return old;
  if (!now.ok) return now;
  if (old.value === undefined || now.value === undefined) return walkedTrees(client, before, after);
  const { value: left } = old;
  const { value: right } = now;
  const isFile = (path: string): boolean =>
    [left.get(path), right.get(path)].some((entry) => entry !== undefined && entry.type !== 'tree');
  return succeed(differing(left, right).filter(isFile).sort());
}

/** Looks into those folders alone that differ. */
async function walkedTrees(client: GitHubClient, before: string, after: string): Promise<Result<readonly string[]>> {
  const waiting = [{ folder: '', before: before as string | undefined, after: after as string | undefined }];
  const found: string[] = [];
  for (let walked = 0; ; walked += 1) {
    const next = waiting.pop();
    if (next === undefined) return succeed(found.sort());
    const old = next.before === undefined ? succeed(NOTHING) : await listTree(client, next.before, false);
    const now = next.after === undefined ? succeed(NOTHING) : await listTree(client, next.after, false);
    if (!old.ok) return old;
    if (!now.ok) return now;
    if (old.value === undefined || now.value === undefined || walked === MOST_FOLDERS) {
      const message = 'the branch differs from its base in more than GitHub lists, so it cannot be compared';
      return fail({ code: 'refused', message });
    }
    for (const name of differing(old.value, now.value)) {
      const [left, right] = [old.value.get(name), now.value.get(name)];
      const path = `${next.folder}${name}`;
      const isTree = left?.type === 'tree' || right?.type === 'tree';
      if (isTree) waiting.push({ folder: `${path}/`, before: treeOf(left), after: treeOf(right) });
      if (!isTree || left?.type === 'blob' || right?.type === 'blob') found.push(path);
    }
  }
}

const NOTHING: Listing = new Map();

function treeOf(entry: TreeEntry | undefined): string | undefined {
  return entry?.type === 'tree' ? entry.sha : undefined;
}

function differing(before: Listing, after: Listing): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [left, right] = [before.get(path), after.get(path)];
    return left?.sha !== right?.sha || left?.mode !== right?.mode;
  });
}

/** @returns undefined where the tree is too large to be listed so. */
async function listTree(client: GitHubClient, sha: string, isWhole: boolean): Promise<Result<Listing | undefined>> {
  const { owner, repo } = client;
  const listed = await client.rest(listedTree, (octokit) =>
    octokit.rest.git.getTree({ owner, repo, tree_sha: sha, ...(isWhole ? { recursive: 'true' } : {}) }),
  );
  if (!listed.ok) return { ok: false, error: [githubProblem('list the files', listed.error)] };
  const { truncated, tree } = listed.value;
  return succeed(truncated ? undefined : new Map(tree.map((entry) => [entry.path, entry])));
}
