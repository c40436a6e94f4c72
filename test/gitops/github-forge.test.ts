import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AutoMergePolicy, Plan } from '../../api/index.ts';
import { openRepository, verifyProposal } from '../../gitops/index.ts';
import { describeBehaviour } from './forge-behaviour.ts';
import {
  BRANCH,
  chatFiles,
  complaints,
  describeForge,
  type ForgeUnderTest,
  MORE,
  proposed,
  run,
} from './forge-conformance.ts';
import { describeOutcomes } from './forge-outcomes.ts';
import { FAULTS, type FaultName, faultyFetch } from './github/faults.ts';
import { GitHubServer, OWNER, REPO } from './github/server.ts';
import { clientOf, siteOn } from './github/site.ts';
import {
  CHAT,
  chatPlan,
  DGD,
  ENVIRONMENT,
  type Files,
  git,
  locationOf,
  planOf,
  removeTemporaryFolders,
  targetOf,
} from './sandbox.ts';

let server: GitHubServer;

beforeAll(async () => {
  server = await GitHubServer.start();
}, 60_000);

afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

afterEach(() => {
  expect(server.violations).toEqual([]);
});

const PATH = `/repos/${OWNER}/${REPO}`;

const GITHUB: ForgeUnderTest = { name: 'GitHub', open: (files, modes) => siteOn(server, files, modes) };

describeForge(GITHUB);
describeBehaviour(GITHUB);
describeOutcomes(GITHUB);

/** What there is at the end, whichever way it came to be. */
async function endState() {
  const pulls = await server.pulls();
  const refs = await server.person('GET', `${PATH}/git/matching-refs/heads/`);
  const tip = (await server.tipOf(BRANCH)) ?? '';
  const compared = await server.person('GET', `${PATH}/compare/main...${BRANCH}`);
  const commit = await server.person('GET', `${PATH}/git/commits/${tip}`);
  return {
    pulls: pulls.map(({ number, state, title, body, labels, head }) => ({
      ...{ number, state, title, labels: labels.map(({ name }: { name: string }) => name).sort(), head: head.ref },
      // The commit that it describes is of another second in every run.
      body: body.replace(/(commit) [0-9a-f]{40}/, '$1 …'),
      isDescribed: body.includes(tip),
    })),
    branches: refs.body.map(({ ref }: { ref: string }) => ref).sort(),
    tree: commit.body.tree.sha,
    commits: compared.body.ahead_by,
  };
}

describe('a pull request', () => {
  test('has labels, a text that names its commit, and a commit that GitHub may sign', async () => {
    await siteOn(server, CHAT);
    const proposal = await proposed(await clientOf(server), MORE);
    const [pull] = await server.pulls();
    expect(pull).toMatchObject({ title: 'scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)', base: { ref: 'main' } });
    expect(pull.labels.map(({ name }: { name: string }) => name)).toEqual(['dynamo-gitops', 'scale-up']);
    expect(pull.body.startsWith(proposal?.draft?.body.trimEnd())).toBe(true);
    expect(pull.body).toContain(`<!-- dynamo-gitops:commit ${proposal?.mergeRequest?.head.commit} -->`);
    expect(proposal?.mergeRequest).toMatchObject({ url: pull.html_url, isVerified: false });
    const made = server.received.find(({ path }) => path.endsWith('/git/commits'));
    expect(Object.keys(made?.body ?? {}).sort()).toEqual(['message', 'parents', 'tree']);
  });

  test('takes the label of a direction off that its numbers no longer go', async () => {
    await siteOn(server, CHAT);
    await proposed(await clientOf(server), MORE);
    await proposed(await clientOf(server), chatPlan({ prefill: 1, decode: 4 }));
    const [pull] = await server.pulls();
    expect(pull.labels.map(({ name }: { name: string }) => name)).toEqual(['dynamo-gitops', 'scale-down']);
  });

  test('that a person labels "hold" is left as it is', async () => {
    await siteOn(server, CHAT);
    await proposed(await clientOf(server), MORE);
    await server.person('POST', `${PATH}/issues/1/labels`, { labels: ['hold'] });
    // A comment may say that it should be closed.
    const writes = () => server.received.filter(({ isWrite, path }) => isWrite && !path.endsWith('/comments'));
    const before = writes().length;
    for (const plan of [chatPlan({ prefill: 5, decode: 6 }), chatPlan({ prefill: 2, decode: 4 })]) {
      const proposal = await proposed(await clientOf(server), plan);
      expect(proposal).toMatchObject({ outcome: 'refused' });
      expect(proposal?.reason).toBe('#1 has the label "hold"; take it off, and it is brought up to date again');
    }
    expect(writes()).toHaveLength(before);
  });

  test('that a person closed is not opened again, until a number is another one', async () => {
    await siteOn(server, CHAT);
    await proposed(await clientOf(server), MORE);
    await server.person('PATCH', `${PATH}/pulls/1`, { state: 'closed' });
    const before = server.received.filter(({ isWrite }) => isWrite).length;
    const again = await proposed(await clientOf(server), MORE);
    expect(again).toMatchObject({ outcome: 'nothing-to-do' });
    expect(again?.reason).toBe('#1 wanted the same and was closed; other numbers will be proposed again');
    expect(server.received.filter(({ isWrite }) => isWrite)).toHaveLength(before);
    const other = await proposed(await clientOf(server), chatPlan({ prefill: 3, decode: 7 }));
    expect(other).toMatchObject({ outcome: 'created', mergeRequest: { number: 2 } });
    expect(git(await server.rebuild(), 'rev-list', '--count', `main..${BRANCH}`)).toBe('2\n');
  });

  test('whose newest commit only looks like ours is not sound: it may change nothing else, and gain no time', async () => {
    await siteOn(server, CHAT);
    const forge = await clientOf(server);
    await proposed(forge, MORE);
    const tip = (await server.tipOf(BRANCH)) ?? '';
    const { message, tree } = (await server.person('GET', `${PATH}/git/commits/${tip}`)).body;
    const forged = await server.person('POST', `${PATH}/git/trees`, {
      base_tree: tree.sha,
      tree: [
        { path: 'README.md', mode: '100644', type: 'blob', content: 'Mine now.\n' },
        { path: 'src/run.sh', mode: '100755', type: 'blob', content: 'true\n' },
      ],
    });
    const commit = await server.person('POST', `${PATH}/git/commits`, {
      ...{ message: message.replace(tree.sha, forged.body.sha), tree: forged.body.sha, parents: [tip] },
    });
    await server.person('PATCH', `${PATH}/git/refs/heads/${BRANCH}`, { sha: commit.body.sha });
    const pull = (await server.pulls())[0];
    const later = pull.body.replaceAll('2026-09-20T09:00:00.000Z', '2036-09-20T09:00:00.000Z');
    expect(later).not.toBe(pull.body);
    await server.person('PATCH', `${PATH}/pulls/1`, { body: later });
    const late = new Date('2026-09-21T09:00:00.000Z');
    const verified = await verifyProposal({ forge, base: 'main', branch: BRANCH, now: late });
    expect(verified.ok && verified.value.reasons).toEqual([
      'the plan expired at 2026-09-20T09:00:00.000Z',
      'the branch also changes README.md, src/run.sh, of which the plan says nothing',
    ]);
  });

  test('that GitHub may merge by itself is taken back from it before its numbers become others', async () => {
    await siteOn(server, CHAT);
    const forge = await clientOf(server);
    const opened = (await proposed(forge, MORE))?.mergeRequest;
    if (opened === undefined) throw new Error('nothing was opened');
    for (const [method, mutation] of [
      ['squash', 'DisableAutoMerge'],
      ['queue', 'Dequeue'],
    ] as const) {
      const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
      const { open } = view.ok ? view.value : { open: undefined };
      if (open === undefined) throw new Error('nothing is open');
      expect(open.mergedBy).toBe('nobody');
      const request = { mergeRequest: open.mergeRequest, method, headline: 'scale', trailers: 'Plan-Id: x' };
      expect(await forge.mergeByItself(request)).toEqual({ ok: true, value: { kind: 'on' } });
      const before = server.received.filter(({ isWrite }) => isWrite).length;
      expect(await forge.mergeByItself(request)).toEqual({ ok: true, value: { kind: 'on' } });
      expect(server.received.filter(({ isWrite }) => isWrite)).toHaveLength(before);
      const armed = await forge.view({ base: 'main', head: BRANCH, files: [] });
      expect(armed.ok && armed.value.open?.mergedBy).toBe('us');

      server.received.length = 0;
      const decode = method === 'squash' ? 7 : 8;
      expect(await proposed(forge, chatPlan({ prefill: 3, decode }))).toMatchObject({ outcome: 'updated' });
      const writes = server.received
        .filter(({ isWrite }) => isWrite)
        .map(({ path, body }) => /^\s*mutation (\w+)/.exec((body as { query?: string }).query ?? '')?.[1] ?? path);
      expect(writes.slice(0, 2)).toEqual([mutation, `${PATH}/git/trees`]);
    }
    const outdated = { mergeRequest: opened, method: 'merge', headline: 'scale', trailers: '' } as const;
    const late = await forge.mergeByItself(outdated);
    expect(late.ok ? [] : late.error.map(({ code }) => code)).toEqual(['conflict']);
  });

  test('is merged by itself as far as the config allows, and by people as soon as it does not', async () => {
    const site = await siteOn(server, CHAT);
    const autoMerge: AutoMergePolicy = { method: 'squash', environments: ['prod'], changes: 'scale-up' };
    const forge = await clientOf(server);
    const mutations = () =>
      server.received.flatMap(({ body }) => {
        const { query = '', variables } = (body ?? {}) as { query?: string; variables?: Record<string, unknown> };
        const name = /^\s*mutation (\w+)/.exec(query)?.[1];
        return name === undefined ? [] : [{ name, variables }];
      });
    const opened = await proposed(forge, MORE, { autoMerge });
    expect(opened?.autoMerge).toEqual({ kind: 'on' });
    expect(mutations()).toMatchObject([
      {
        name: 'EnableAutoMerge',
        variables: {
          ...{ head: await server.tipOf(BRANCH), mergeMethod: 'SQUASH' },
          headline: 'scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU) (#1)',
          body: [
            `Plan-Id: ${MORE.digest}`,
            `Plan-Expires: ${MORE.expiresAt}`,
            'Planner-Change: serving/chat/prefill 2->3',
            'Planner-Change: serving/chat/decode 4->6',
          ].join('\n'),
        },
      },
    ]);
    server.received.length = 0;
    expect((await proposed(forge, MORE, { autoMerge }))?.autoMerge).toEqual({ kind: 'on' });
    expect(server.received.filter(({ isWrite }) => isWrite)).toEqual([]);

    await site.label(1, 'hold');
    const held = { kind: 'people', reason: '#1 has the label "hold"' };
    expect((await proposed(forge, MORE, { autoMerge }))?.autoMerge).toEqual(held);
    expect(mutations().map(({ name }) => name)).toEqual(['DisableAutoMerge']);
    await site.unlabel(1, 'hold');
    expect((await proposed(forge, MORE, { autoMerge }))?.autoMerge).toEqual({ kind: 'on' });
    expect((await proposed(forge, MORE))?.autoMerge).toMatchObject({ kind: 'people' });
    expect((await proposed(forge, MORE, { autoMerge }))?.autoMerge).toEqual({ kind: 'on' });

    server.received.length = 0;
    const down = await proposed(forge, chatPlan({ prefill: 3, decode: 3 }), { autoMerge });
    expect(down?.autoMerge).toMatchObject({
      kind: 'people',
      reason: expect.stringContaining('decode becomes smaller'),
    });
    expect(mutations().map(({ name }) => name)).toEqual(['DisableAutoMerge']);
    expect(await site.comments(1)).toEqual([]);
  });

  test('is left to people again where that is asked for', async () => {
    await siteOn(server, CHAT);
    const forge = await clientOf(server);
    await proposed(forge, MORE);
    const open = async () => {
      const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
      if (!view.ok || view.value.open === undefined) throw new Error('nothing is open');
      return { view: view.value, open: view.value.open };
    };
    const first = await open();
    await forge.mergeByItself({
      ...{ mergeRequest: first.open.mergeRequest, method: 'rebase', headline: 'scale', trailers: '' },
    });
    expect(server.received.at(-1)?.body).toMatchObject({ variables: { mergeMethod: 'REBASE' } });
    expect(await forge.leaveToPeople((await open()).view)).toEqual({ ok: true, value: undefined });
    expect((await open()).open.mergedBy).toBe('nobody');
  });

  test('of another branch is left alone', async () => {
    await siteOn(server, CHAT);
    await server.commit('theirs', { 'README.md': 'x\n' });
    await server.person('POST', `${PATH}/pulls`, { title: 'x', head: 'theirs', base: 'main' });
    const proposal = await proposed(await clientOf(server), MORE);
    expect(proposal).toMatchObject({ outcome: 'created', mergeRequest: { number: 2 } });
  });

  test('is never made on the base branch', async () => {
    await siteOn(server, CHAT);
    const forge = await clientOf(server);
    const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
    if (!view.ok) throw new Error(complaints(view).join());
    const written = await forge.write({
      ...{ view: { ...view.value, head: { ...view.value.head, branch: 'main' } }, title: 't', body: 'b' },
      ...{
        commitMessage: 'm',
        files: [],
        changes: [],
        diff: '',
        planDigest: MORE.digest,
        plannedAt: MORE.createdAt,
        expiresAt: MORE.expiresAt,
      },
      at: new Date(0),
    });
    expect(complaints(written)).toEqual(['"main" is the branch that proposals are merged into; none is made on it']);
  });
});

/** A graph whose every service has an autoscaler, in a folder of its own, which others may mark as their output. */
function manyFiles(count: number): { readonly files: Files; readonly plan: Plan } {
  const services = Array.from({ length: count }, (_, index) => `worker-${index}`);
  const dgd = [
    'apiVersion: nvidia.com/v1alpha1',
    'kind: DynamoGraphDeployment',
    'metadata: {name: chat, namespace: serving}',
    'spec:',
    '  services:',
    ...services.map((service) => `    ${service}: {scalingAdapter: {enabled: true}}`),
    '',
  ].join('\n');
  const scalers = services.map((service, index) => [
    `dist/hpa/${String(index).padStart(3, '0')}/hpa.yaml`,
    [
      'apiVersion: autoscaling/v2',
      'kind: HorizontalPodAutoscaler',
      `metadata: {name: chat-${service}, namespace: serving}`,
      'spec:',
      `  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-${service}}`,
      '  minReplicas: 2',
      '  maxReplicas: 100',
      '',
    ].join('\n'),
  ]) as readonly (readonly [string, string])[];
  const targets = (wanted: number) =>
    scalers.map(([file, text], index) => {
      const { location } = locationOf(file, text, ['spec', 'minReplicas']);
      const service = `worker-${index}`;
      return targetOf([location], { service, role: 'decode', owner: 'autoscaler', target: wanted, graphFiles: [DGD] });
    });
  const manifests = [[DGD, dgd] as const, ...scalers];
  const files: Files = Object.fromEntries([...manifests, ['README.md', 'Hello.\n']]);
  const inputs = {
    ...MORE.inputs,
    manifests: manifests.map(([file]) => ({ file, digest: MORE.digest })),
  };
  return { files, plan: planOf(targets(3), { inputs }) };
}

describe('calls', () => {
  test('for a proposal of 500 files are at most 9 with a clone of the base, and 15 without', async () => {
    const { files, plan } = manyFiles(500);
    await siteOn(server, files);
    server.received.length = 0;
    const created = await proposed(await clientOf(server), plan);
    expect(created).toMatchObject({ outcome: 'created' });
    expect(created?.draft?.files).toHaveLength(500);
    const without = server.received.map(({ method, path }) => `${method} ${path}`);
    // 1,500 files are read, to which nothing answers of most.
    expect(without.length).toBeLessThanOrEqual(15);
    expect(without.filter((call) => call.includes('/git/'))).toEqual([
      `POST ${PATH}/git/trees`,
      `POST ${PATH}/git/commits`,
      `POST ${PATH}/git/refs`,
    ]);
    const folder = await server.rebuild();
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH).trim().split('\n')).toEqual(
      Array.from({ length: 500 }, (_, index) => `1\t1\tdist/hpa/${String(index).padStart(3, '0')}/hpa.yaml`),
    );
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');

    const checkout = await openRepository(folder, ENVIRONMENT);
    if (!checkout.ok) throw new Error(complaints(checkout).join());
    server.received.length = 0;
    expect(await proposed(await clientOf(server, { checkout: checkout.value }), plan)).toMatchObject({
      outcome: 'unchanged',
    });
    expect(server.received.length).toBeLessThanOrEqual(9);
    expect(server.received.filter(({ isWrite }) => isWrite)).toEqual([]);

    await server.person('PATCH', `${PATH}/pulls/1`, { state: 'closed' });
    await server.person('DELETE', `${PATH}/git/refs/heads/${BRANCH}`);
    const other = planOf(
      plan.targets.map((target) => ({ ...target, target: 4 })),
      { inputs: plan.inputs },
    );
    server.received.length = 0;
    expect(await proposed(await clientOf(server, { checkout: checkout.value }), other)).toMatchObject({
      ...{ outcome: 'created', mergeRequest: { number: 2 } },
    });
    expect(server.received.length).toBeLessThanOrEqual(9);
    const third = planOf(
      plan.targets.map((target) => ({ ...target, target: 5 })),
      { inputs: plan.inputs },
    );
    server.received.length = 0;
    expect(await proposed(await clientOf(server, { checkout: checkout.value }), third)).toMatchObject({
      outcome: 'updated',
    });
    expect(server.received.length).toBeLessThanOrEqual(9);
  }, 60_000);

  test('ask for fewer files at once where GitHub has no answer for so many', async () => {
    const { files, plan } = manyFiles(150);
    await siteOn(server, files);
    const isLarge = (body: unknown): boolean => typeof body === 'string' && body.includes('"p75"');
    const fetch: typeof globalThis.fetch = async (input, init) =>
      isLarge(init?.body) ? new Response('<html>504</html>', { status: 504 }) : server.fetch(input, init);
    const proposal = await proposed(await clientOf(server, { fetch }), plan);
    expect(proposal).toMatchObject({ outcome: 'created' });
    expect(proposal?.draft?.files).toHaveLength(150);
  }, 60_000);

  test('where there is nothing to do read the state and the files, and write nothing', async () => {
    await siteOn(server, CHAT);
    await server.commit('main', chatFiles({ prefill: 3, decode: 6 }));
    server.received.length = 0;
    expect(await proposed(await clientOf(server), MORE)).toMatchObject({ outcome: 'nothing-to-do' });
    expect(server.received.map(({ path }) => path)).toEqual(['/graphql', '/graphql']);
  });
});

const NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Nothing of a token, an address or a proxy's page, and never more than one line each. */
const SECRETS = /127\.0\.0\.1|localhost|https?:|corp\.example|bot_token|\n/;

async function without(plan: Plan): Promise<{ readonly state: object; readonly requests: number }> {
  const whole = faultyFetch('a 500', () => false, server.fetch);
  await proposed(await clientOf(server, { fetch: whole.fetch }), plan);
  return { state: await endState(), requests: whole.requests() };
}

describe.each(NAMES)('%s', (fault) => {
  const isOfOneRequest = ['a lost answer', 'a 409', 'a 403 with retry-after'].includes(fault);

  test('at any request of a new proposal ends, with one more run, where no fault would have', async () => {
    await siteOn(server, CHAT);
    const { state, requests } = await without(MORE);
    expect(state).toMatchObject({
      ...{ commits: 1, branches: [`refs/heads/${BRANCH}`, 'refs/heads/main'] },
      pulls: [{ number: 1, state: 'open', isDescribed: true }],
    });
    for (let at = 0; at < requests; at += 1) {
      const hits = [(request: number) => request >= at, (request: number) => request === at];
      for (const isHit of isOfOneRequest ? hits : hits.slice(0, 1)) {
        await siteOn(server, CHAT);
        const result = await run(
          await clientOf(server, { fetch: faultyFetch(fault, isHit, server.fetch).fetch }),
          MORE,
        );
        for (const line of complaints(result)) expect(line).not.toMatch(SECRETS);
        const again = await proposed(await clientOf(server), MORE);
        expect(['created', 'updated', 'unchanged']).toContain(again?.outcome);
        expect({ at, ...(await endState()) }).toEqual({ at, ...state });
      }
    }
    const writes = server.received.length;
    expect(await proposed(await clientOf(server), MORE)).toMatchObject({ outcome: 'unchanged' });
    expect(server.received.slice(writes).filter(({ isWrite }) => isWrite)).toEqual([]);
  }, 60_000);
});

describe.each(['a lost answer', 'a 500'] as const)('%s', (fault) => {
  test('at any request of an update ends, with one more run, where no fault would have', async () => {
    const other = chatPlan({ prefill: 1, decode: 3 });
    const prepare = async (): Promise<void> => {
      await siteOn(server, CHAT);
      await proposed(await clientOf(server), MORE);
    };
    await prepare();
    const { state, requests } = await without(other);
    for (let at = 0; at < requests; at += 1) {
      await prepare();
      await run(
        await clientOf(server, { fetch: faultyFetch(fault, (request) => request >= at, server.fetch).fetch }),
        other,
      );
      await proposed(await clientOf(server), other);
      expect({ at, ...(await endState()) }).toEqual({ at, ...state });
    }
  }, 60_000);

  test('at any request of closing ends, with one more run, in a closed pull request and nothing else', async () => {
    const none = chatPlan({ prefill: 2, decode: 4 });
    // State; comment; state and the closing itself.
    for (let at = 0; at < 4; at += 1) {
      const site = await siteOn(server, CHAT);
      await proposed(await clientOf(server), MORE);
      await run(
        await clientOf(server, { fetch: faultyFetch(fault, (request) => request >= at, server.fetch).fetch }),
        none,
      );
      await proposed(await clientOf(server), none);
      expect(await server.pulls()).toMatchObject([{ number: 1, state: 'closed' }]);
      expect(await site.comments(1)).toEqual([expect.stringContaining(' was closed:** plan sha256:')]);
      expect(await server.tipOf(BRANCH)).toBeUndefined();
      expect(await proposed(await clientOf(server), MORE)).toMatchObject({ outcome: 'created' });
    }
  }, 60_000);

  test('at any request that has a pull request merged by itself ends, with one more run, where no fault would have', async () => {
    const autoMerge: AutoMergePolicy = { method: 'merge', environments: ['prod'], changes: 'any' };
    const other = chatPlan({ prefill: 1, decode: 3 });
    const counted = faultyFetch(fault, () => false, server.fetch);
    // What comes before the last of them is an update's.
    for (let at = -1; at < counted.requests(); at = Math.max(at + 1, counted.requests() - 4)) {
      await siteOn(server, CHAT);
      await proposed(await clientOf(server), MORE, { autoMerge });
      const faulty = faultyFetch(fault, (request) => request >= at, server.fetch);
      const { fetch } = at < 0 ? counted : faulty;
      await run(await clientOf(server, { fetch }), other, { autoMerge });
      const again = await proposed(await clientOf(server), other, { autoMerge });
      expect({ at, autoMerge: again?.autoMerge }).toEqual({ at, autoMerge: { kind: 'on' } });
      const enabled = server.received.flatMap(({ body }) => {
        const { query, variables } = (body ?? {}) as { query?: string; variables?: { head?: string } };
        return query?.includes('enablePullRequestAutoMerge') === true ? [variables?.head] : [];
      });
      // Never for a commit that is not the newest, and of what is lost, no second time.
      expect(enabled.at(-1)).toBe(await server.tipOf(BRANCH));
      expect(new Set(enabled).size).toBe(2);
    }
  }, 60_000);

  test('at any request that says why it stops ends, with one more run, in one comment', async () => {
    const counted = faultyFetch(fault, () => false, server.fetch);
    for (let at = -1; at < counted.requests(); at += 1) {
      const site = await siteOn(server, CHAT);
      await proposed(await clientOf(server), MORE);
      await site.commit(BRANCH, { 'README.md': 'Mine.\n' });
      const faulty = faultyFetch(fault, (request) => request >= at, server.fetch);
      await run(await clientOf(server, { fetch: (at < 0 ? counted : faulty).fetch }), MORE);
      expect(await proposed(await clientOf(server), MORE)).toMatchObject({ outcome: 'refused' });
      expect({ at, comments: await site.comments(1) }).toEqual({
        ...{ at, comments: [expect.stringContaining('as it is:** the branch')] },
      });
    }
  }, 60_000);
});
