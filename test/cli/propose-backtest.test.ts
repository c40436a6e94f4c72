import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  CHAT,
  CONFIG,
  chatPlan,
  ENVIRONMENT,
  NOW,
  plannedFrom,
  removeTemporaryFolders,
  repositoryWith,
} from '../gitops/sandbox.ts';
import { sampleBacktest } from '../report/backtest/sample-backtest.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

function checkout(backtest: object): string {
  const folder = repositoryWith({ ...CHAT, 'dynamo-gitops.yaml': CONFIG });
  const plan = plannedFrom(chatPlan({ prefill: 3, decode: 6 }), CONFIG);
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  writeFileSync(join(folder, 'backtest.json'), JSON.stringify(backtest));
  return folder;
}

async function bodyOf(backtest: object): Promise<string> {
  const words = ['propose', '--dry-run', '--backtest', 'backtest.json', '-o', 'markdown'];
  const { stdout, stderr, exitCode } = await callCli(words, {
    cwd: checkout(backtest),
    env: ENVIRONMENT,
    now: () => NOW,
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout;
}

describe('propose --backtest', () => {
  test('tells a reviewer what the last days would have been like under this policy', async () => {
    expect(await bodyOf(sampleBacktest())).toContain('sla would have kept 99.21 % of the requests inside the SLA');
  });

  test('says nothing of it where the backtest is of another graph', async () => {
    const body = await bodyOf(sampleBacktest({ environment: 'staging' }));
    expect(body).toContain('Scale up');
    expect(body).not.toContain('would have kept');
  });

  test('refuses a document that is none', async () => {
    const { stderr, exitCode } = await callCli(['propose', '--backtest', 'plan.json'], {
      ...{ cwd: checkout({}), env: ENVIRONMENT, now: () => NOW },
    });
    expect({ stderr, exitCode }).toEqual({
      stderr: 'error: plan.json: kind: must be "backtest", not "plan"\n',
      exitCode: 1,
    });
  });
});
