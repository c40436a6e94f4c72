import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, formatProblem, type PlanTarget, type ScalarLocation } from '../../api/index.ts';
import { editFiles, planEdits, protectionOf, supportingFiles } from '../../gitops/index.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  DGD,
  type Files,
  locationOf,
  manifestOf,
  PINS,
  pinsOf,
  planOf,
  targetOf,
} from './sandbox.ts';

function editsOf(plan: ReturnType<typeof chatPlan>) {
  const groups = planEdits(plan);
  if (!groups.ok) throw new Error(JSON.stringify(groups.error));
  return groups.value.flatMap((group) => group.edits);
}

function refusals(location: Partial<ScalarLocation>): readonly string[] {
  const base = chatTargets(CHAT, { prefill: 3, decode: 4 })[0]?.locations[0];
  if (base === undefined) throw new Error('no location');
  const groups = planEdits(planOf([targetOf([{ ...base, ...location }])]));
  return groups.ok ? [] : groups.error.map(formatProblem);
}

const read = (files: { readonly [file: string]: string }) => (file: string) => {
  const text = files[file];
  return text === undefined ? undefined : Buffer.from(text);
};

describe('the edits of a plan', () => {
  test('are one for each place of each number that changes, by environment and graph', () => {
    const targets = [
      ...chatTargets(CHAT, { prefill: 3, decode: 4 }),
      ...chatTargets(CHAT, { prefill: 2, decode: 4 }).map((target) => ({ ...target, environment: 'lab' })),
    ];
    const groups = planEdits(planOf(targets));
    expect(
      groups.ok && groups.value.map(({ environment, deployment, edits }) => [environment, deployment, edits.length]),
    ).toEqual([
      ['lab', 'chat', 0],
      ['prod', 'chat', 2],
    ]);
  });

  test('change the rendered number and its pin, and no other byte', () => {
    const edited = editFiles(editsOf(chatPlan({ prefill: 3, decode: 16 })), read(CHAT));
    if (!edited.ok) throw new Error(JSON.stringify(edited.error));
    expect(edited.value.files.map(({ file, after }) => [file, Buffer.from(after).toString()])).toEqual([
      [PINS, pinsOf('chat', { prefill: 3, decode: 16 })],
      [DGD, manifestOf('chat', { prefill: 3, decode: 16 })],
    ]);
    expect(edited.value.changes.map(({ file, line, service, from, to }) => [file, line, service, from, to])).toEqual([
      [PINS, 6, 'prefill', 2, 3],
      [PINS, 8, 'decode', 4, 16],
      [DGD, 10, 'prefill', 2, 3],
      [DGD, 12, 'decode', 4, 16],
    ]);
  });

  test('name the line where the number stands, whatever the plan claims', () => {
    const targets = chatTargets(CHAT, { prefill: 3, decode: 6 }).map((target) => ({
      ...target,
      locations: target.locations.map((location) => ({ ...location, line: 999 })),
    }));
    const edited = editFiles(editsOf(planOf(targets)), read(CHAT));
    expect(edited.ok && edited.value.changes.map((change) => change.line)).toEqual([6, 8, 10, 12]);
  });

  test('are found again in each document of a file of several', () => {
    const text = `${manifestOf('blue', { prefill: 1, decode: 1 })}---\n${manifestOf('green', { prefill: 1, decode: 1 })}`;
    const path = ['spec', 'services', 'prefill', 'replicas'];
    const targets = [1, 0].map((document) =>
      targetOf([locationOf('all.yaml', text, path, document).location], {
        ...{ deployment: document === 0 ? 'blue' : 'green', current: 1, target: document + 5 },
      }),
    );
    const edited = editFiles(editsOf(planOf(targets)), read({ 'all.yaml': text }));
    expect(edited.ok && edited.value.changes.map(({ deployment, line, to }) => [deployment, line, to])).toEqual([
      ['blue', 10, 5],
      ['green', 23, 6],
    ]);
  });

  test('are refused where the file is not the one that was planned, and every such file is named', () => {
    const files = { [PINS]: `${CHAT[PINS]}# a comment\n` };
    const edited = editFiles(editsOf(chatPlan({ prefill: 3, decode: 4 })), read(files));
    expect(edited.ok ? [] : edited.error.map(formatProblem)).toEqual([
      `${PINS}: has changed since the plan was made (run plan again)`,
      `${DGD}: does not exist any more (run plan again)`,
    ]);
  });

  test('are made in a file that has other line ends than it was planned with, and keep those', () => {
    const crlf = (text = ''): string => text.replaceAll('\n', '\r\n');
    const checkedOut = { [DGD]: crlf(CHAT[DGD]), [PINS]: crlf(CHAT[PINS]) };
    const after = {
      [DGD]: manifestOf('chat', { prefill: 3, decode: 6 }),
      [PINS]: pinsOf('chat', { prefill: 3, decode: 6 }),
    };
    for (const [planned, found, expected] of [
      [checkedOut, CHAT, after],
      [CHAT, checkedOut, { [DGD]: crlf(after[DGD]), [PINS]: crlf(after[PINS]) }],
    ] as const) {
      const edited = editFiles(editsOf(chatPlan({ prefill: 3, decode: 6 }, planned)), read(found));
      if (!edited.ok) throw new Error(JSON.stringify(edited.error));
      expect(
        Object.fromEntries(edited.value.files.map(({ file, after }) => [file, Buffer.from(after).toString()])),
      ).toEqual(expected);
    }
    const other = { ...CHAT, [DGD]: `${CHAT[DGD]}\n` };
    expect(editFiles(editsOf(chatPlan({ prefill: 3, decode: 6 }, checkedOut)), read(other)).ok).toBe(false);
  });

  test('are refused where the plan says another number than the file it was made from', () => {
    const [target] = chatTargets(CHAT, { prefill: 3, decode: 4 });
    if (target === undefined) throw new Error('no target');
    const edited = editFiles(editsOf(planOf([{ ...target, current: 7 }])), read(CHAT));
    expect(edited.ok ? [] : edited.error.map((problem) => problem.code)).toEqual(['stale', 'stale']);
  });

  test('never reach a field that is no replica count', () => {
    expect(refusals({ path: ['spec', 'services', 'prefill', 'nodeCount'] })).toEqual([
      `${DGD}:10: spec.services.prefill.nodeCount: is not a replica count; the plan may not edit it`,
    ]);
    expect(refusals({ path: ['spec', 'components', { name: 'replicas' }] })).toHaveLength(1);
  });

  test('never give one number to two targets', () => {
    const [target] = chatTargets(CHAT, { prefill: 3, decode: 4 });
    if (target === undefined) throw new Error('no target');
    const groups = planEdits(planOf([target, { ...target, service: 'decode', target: 9 }]));
    expect(groups.ok ? [] : groups.error.map((problem) => problem.message)).toEqual([
      'is asked for by two targets of the plan',
      'is asked for by two targets of the plan',
    ]);
  });
});

describe('a number that is rendered from elsewhere', () => {
  const K = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
  const DEPLOY: Files = {
    'base/dgd.yaml': manifestOf('chat', { prefill: 2, decode: 4 }),
    'base/kustomization.yaml': `${K}resources: [dgd.yaml]\n`,
    'prod/kustomization.yaml': `${K}resources: [../base]
patches:
  - target: {kind: DynamoGraphDeployment}
    patch: |
      - {op: replace, path: /spec/services/decode/replicas, value: 6}
`,
  };
  const FILE = 'prod/kustomization.yaml';

  function edited(change: Partial<PlanTarget>, path: ScalarLocation['path'], files = DEPLOY) {
    const digest = digestOf(Buffer.from(files[FILE] ?? ''));
    const target = targetOf([{ file: FILE, digest, document: 0, path: [...path], line: 7 }], {
      ...{ service: 'decode', current: 6, target: 7, through: Object.keys(files) },
      ...change,
    });
    const plan = planOf([target]);
    const groups = planEdits(plan);
    if (!groups.ok) return groups.error.map(formatProblem);
    const edits = groups.value.flatMap((group) => group.edits);
    const result = editFiles(edits, read(files), supportingFiles(plan, edits));
    return result.ok
      ? result.value.files.map(({ after }) => Buffer.from(after).toString())
      : result.error.map(formatProblem);
  }
  const path = ['patches', '0', 'patch', '0', 'value'];

  test('is edited in the patch that writes it', () => {
    expect(edited({}, path)).toEqual([(DEPLOY[FILE] ?? '').replace('value: 6', 'value: 7')]);
  });

  test('is refused where the plan does not say what shows that it is the number', () => {
    const { through: _through, ...target } = targetOf([], {});
    const digest = digestOf(Buffer.from(DEPLOY[FILE] ?? ''));
    const groups = planEdits(
      planOf([{ ...target, target: 9, locations: [{ file: FILE, digest, document: 0, path, line: 7 }] }]),
    );
    expect(groups.ok ? [] : groups.error.map(formatProblem)).toEqual([
      `${FILE}:7: patches.0.patch.0.value: is not a replica count; the plan may not edit it`,
    ]);
  });

  test.each([
    ['another service', { service: 'prefill' }],
    ['another graph', { deployment: 'search' }],
    ['another owner', { owner: 'adapter' }],
    ['nothing, since a file that it is rendered from is missing', { through: ['prod/kustomization.yaml'] }],
  ] as const)('is refused where it belongs to %s', (_, change) => {
    expect(edited({ ...change } as Partial<PlanTarget>, path)).toEqual([
      expect.stringContaining('the plan may not edit it'),
    ]);
  });

  test('is refused where another overlay takes it, too', () => {
    const two = {
      ...DEPLOY,
      'lab/kustomization.yaml': `${K}resources: [../prod]\nnamespace: lab\n`,
      'live/kustomization.yaml': `${K}resources: [../prod]\n`,
    };
    expect(edited({}, path, two)).toEqual([expect.stringContaining('the plan may not edit it')]);
  });
});

describe('a number that a plan names, which whoever seals a plan by hand may choose', () => {
  const policy = JSON.stringify({
    ...{ schemaVersion: 1, app: 'chat', environment: 'prod' },
    services: { prefill: { min: 2, max: 8 }, decode: { min: 1, max: 8 } },
  });
  const declared = (replicas: { readonly prefill: number; readonly decode: number }): string =>
    manifestOf('chat', replicas).replace(
      '  namespace: serving\n',
      `  namespace: serving\n  annotations: {dynamo-gitops/policy: '${policy}'}\n`,
    );

  function refusalsOf(
    change: (target: PlanTarget) => Partial<PlanTarget>,
    files: Files = { ...CHAT, [DGD]: declared({ prefill: 2, decode: 4 }) },
    supporting: readonly string[] = [],
  ): readonly string[] {
    const [target] = chatTargets(files, { prefill: 3, decode: 4 });
    if (target === undefined) throw new Error('no target');
    const edited = editFiles(editsOf(planOf([{ ...target, ...change(target) }])), read(files), supporting);
    return edited.ok ? [] : edited.error.map(formatProblem);
  }
  const decodePath = ['spec', 'services', 'decode', 'replicas'];

  test('is edited where it is the one of its target', () => {
    expect(refusalsOf(() => ({}))).toEqual([]);
  });

  test('is refused where it belongs to another service', () => {
    const aside = refusalsOf(({ locations }) => ({
      current: 4,
      target: 5,
      locations: locations.slice(0, 1).map((location) => ({ ...location, path: decodePath })),
    }));
    expect(aside).toEqual([
      `${DGD}:11: spec.services.decode.replicas: is not the number of prod/chat/prefill in namespace "serving"; the plan may not edit it (run plan again)`,
    ]);
  });

  test.each([
    ['another environment', { environment: 'staging' }],
    ['another graph', { deployment: 'search' }],
    ['another namespace', { namespace: 'elsewhere' }],
    ['another owner', { owner: 'autoscaler' }],
  ] as const)('is refused where it belongs to %s', (_, change) => {
    expect(refusalsOf(() => change)).toHaveLength(2);
    expect(refusalsOf(() => change)[0]).toContain('the plan may not edit it');
  });

  test('is refused where its pin is of another environment, or is moved alone', () => {
    const plain = { ...CHAT };
    expect(refusalsOf(() => ({ environment: 'staging' }), plain)).toEqual([
      expect.stringContaining(`${PINS}:6: services.prefill.replicas: is not the number of staging/chat/prefill`),
    ]);
    expect(refusalsOf(({ locations }) => ({ locations: locations.slice(1) }))).toEqual([
      expect.stringContaining(`${PINS}:6: services.prefill.replicas: is not the number`),
    ]);
  });

  test.each([9, 9000, 1])('is refused where %i is outside of what the author declared', (target) => {
    expect(refusalsOf(() => ({ target }))).toEqual([
      `${DGD}:11: spec.services.prefill.replicas: prod/chat/prefill may not become ${target}: declared with 2 to 8 replicas`,
      `${PINS}:6: services.prefill.replicas: prod/chat/prefill may not become ${target}: declared with 2 to 8 replicas`,
    ]);
  });

  test('takes a step towards the limits, where it was outside already', () => {
    const numbers = { prefill: 20, decode: 4 };
    const files = { ...CHAT, [DGD]: declared(numbers), [PINS]: pinsOf('chat', numbers) };
    expect(refusalsOf(() => ({ target: 18 }), files)).toEqual([]);
    expect(refusalsOf(() => ({ target: 21 }), files)).toHaveLength(2);
  });

  test('of an autoscaler is the floor of the one that drives the service, below its ceiling', () => {
    const hpa = (name: string): string =>
      [
        'apiVersion: autoscaling/v2',
        'kind: HorizontalPodAutoscaler',
        `metadata: {name: ${name}, namespace: serving}`,
        'spec:',
        `  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: ${name}}`,
        '  minReplicas: 2',
        '  maxReplicas: 6',
        '',
      ].join('\n');
    const adapted = declared({ prefill: 2, decode: 4 }).replace(
      '      replicas: 2',
      '      scalingAdapter: {enabled: true}\n      replicas: 2',
    );
    const files = { ...CHAT, [DGD]: adapted, 'hpa.yaml': hpa('chat-prefill'), 'other.yaml': hpa('chat-decode') };
    const floorOf = (file: 'hpa.yaml' | 'other.yaml', target: number) => (): Partial<PlanTarget> => ({
      ...{ owner: 'autoscaler', target },
      locations: [locationOf(file, files[file], ['spec', 'minReplicas']).location],
    });
    expect(refusalsOf(floorOf('hpa.yaml', 6), files, [DGD])).toEqual([]);
    expect(refusalsOf(floorOf('hpa.yaml', 7), files, [DGD])).toEqual([expect.stringContaining('has a maximum of 6')]);
    expect(refusalsOf(floorOf('other.yaml', 3), files, [DGD])).toEqual([expect.stringContaining('is not the number')]);
    expect(refusalsOf(floorOf('hpa.yaml', 3), files)).toEqual([expect.stringContaining('is not the number')]);
    expect(refusalsOf(() => ({}), files)).toHaveLength(2);
  });

  test('of an autoscaler is looked up in the files of its graph, and in every manifest where the plan names none', () => {
    const manifests = ['a.yaml', DGD].map((file) => ({ file, digest: digestOf('x') }));
    const { location } = locationOf('hpa.yaml', 'spec:\n  minReplicas: 2\n', ['spec', 'minReplicas']);
    const filesOf = (more: Partial<PlanTarget>): readonly string[] => {
      const targets = [targetOf([location], { owner: 'autoscaler', ...more })];
      const plan = planOf(targets, { inputs: { ...chatPlan({ prefill: 3, decode: 4 }).inputs, manifests } });
      return supportingFiles(plan, editsOf(plan)).filter((file) => file.endsWith('.yaml'));
    };
    expect(filesOf({ graphFiles: [DGD] })).toEqual([DGD]);
    expect(filesOf({})).toEqual(['a.yaml', DGD]);
    expect(filesOf({ owner: 'graph' })).toEqual([]);
  });
});

describe('a path that a plan names', () => {
  test.each([
    '.git/config',
    'sub/.GIT/hooks/pre-commit',
    '.github/workflows/ci.yaml',
    '.gitlab-ci.yml',
    '.gitattributes',
    'git~1/config',
    'CODEOWNERS',
    'docs/codeowners',
    'dynamo-gitops.yaml',
    '../outside.yaml',
    '/etc/passwd',
    'a/../../b.yaml',
    'a//b.yaml',
    './a.yaml',
    'a\\b.yaml',
    'a\nb.yaml',
    '.g\u200cit/config',
  ])('is refused where it is %j', (file) => {
    expect(protectionOf(file)).toBeDefined();
  });

  test.each([
    'dist/prod/chat/a.yaml',
    'apps/chat/pins/prod/chat.yaml',
    'mit leerzeichen/é.yaml',
    'sub/dynamo-gitops.yaml',
  ])('is taken where it is %j', (file) => {
    expect(protectionOf(file)).toBeUndefined();
  });

  test('is refused in a plan before any file is read', () => {
    expect(refusals({ file: '.github/workflows/ci.yaml' })).toEqual([
      '.github/workflows/ci.yaml: lies in or is ".github", which belongs to git or to the forge; the plan may not edit it',
    ]);
  });
});

test('whatever the numbers, one line changes for each edit and undoing them gives the old bytes', () => {
  const count = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(count, count, count, count, fc.boolean(), fc.boolean(), (p, d, toP, toD, crlf, isOpenEnded) => {
      const shape = (text: string): string => {
        const ended = isOpenEnded ? text.trimEnd() : text;
        return crlf ? ended.replaceAll('\n', '\r\n') : ended;
      };
      const files: Files = {
        [DGD]: shape(manifestOf('chat', { prefill: p, decode: d })),
        [PINS]: shape(pinsOf('chat', { prefill: p, decode: d })),
      };
      const edited = editFiles(editsOf(chatPlan({ prefill: toP, decode: toD }, files)), read(files));
      if (!edited.ok) throw new Error(JSON.stringify(edited.error));
      const moved = (p === toP ? 0 : 1) + (d === toD ? 0 : 1);
      expect(edited.value.changes).toHaveLength(2 * moved);
      for (const { file, after } of edited.value.files) {
        const before = (files[file] ?? '').split('\n');
        const lines = Buffer.from(after).toString().split('\n');
        expect(lines.filter((line, index) => line !== before[index])).toHaveLength(moved);
      }
      const now = {
        ...files,
        ...Object.fromEntries(edited.value.files.map(({ file, after }) => [file, Buffer.from(after).toString()])),
      };
      const undone = editFiles(editsOf(chatPlan({ prefill: p, decode: d }, now)), read(now));
      expect(
        undone.ok && undone.value.files.every(({ file, after }) => digestOf(after) === digestOf(files[file] ?? '')),
      ).toBe(true);
    }),
    { numRuns: 60 },
  );
});
