import { afterAll, describe, expect, test } from '@jest/globals';
import { removeTemporaryFolders } from '../temporary-app.ts';
import {
  byIdentity,
  documentsOf,
  FIXTURE_NAMES,
  fixtureText,
  imported,
  project,
  synthesised,
  typeErrors,
  withoutPolicy,
} from './project.ts';

afterAll(removeTemporaryFolders);

/** Manifests with what only a cluster writes; import leaves that out, and says so. */
const LIVE = 'live-object.v1beta1.yaml';

function appName(fixture: string): string {
  return fixture.replace(/\.yaml$/, '').replaceAll('.', '-');
}

describe('a manifest shaped like Dynamo’s examples', () => {
  const root = project();
  const apps = new Map(FIXTURE_NAMES.map((name) => [name, imported(fixtureText(name), { app: appName(name) })]));

  test.each(FIXTURE_NAMES.filter((name) => name !== LIVE))('%s comes back exactly as it was', async (name) => {
    const app = apps.get(name);
    if (app === undefined) throw new Error('not imported');
    const objects = (await synthesised(root, app)).map(withoutPolicy);
    const sources = documentsOf(fixtureText(name)).map(({ value }) => value);
    expect(byIdentity(objects)).toEqual(byIdentity(sources));
    expect(objects).toHaveLength(sources.length);
  });

  test('says at least 95 % of its values through typed properties', () => {
    const graphs = [...apps.values()].flatMap((app) => app.graphs);
    const total = graphs.reduce((sum, { leaves }) => sum + leaves.total, 0);
    const typed = graphs.reduce((sum, { leaves }) => sum + leaves.typed, 0);
    expect(typed / total).toBeGreaterThanOrEqual(0.95);
  });

  test('gives apps that the compiler accepts', () => {
    expect(typeErrors(root)).toBe('');
  });
});
