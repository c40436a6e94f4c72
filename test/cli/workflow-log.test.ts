import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withoutCommands } from '../../cli/without-commands.ts';
import {
  CHAT,
  CONFIG,
  chatPlan,
  DGD,
  ENVIRONMENT,
  NOW,
  removeTemporaryFolders,
  repositoryWith,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

/** What the runner of GitHub Actions would do, line by line (actions/runner, `ActionCommand.cs`). */
function commandsIn(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => /^::[\w-]+( .*)?::/.test(line.trim()) || line.includes('##['));
}

describe('what is printed in a step of GitHub Actions', () => {
  const hostile = (CHAT[DGD] ?? '').replace(
    '    decode:\n',
    '      # ##[add-mask]main\n\n    decode:\n      note: |\n        ::add-mask::main\n        ::stop-commands::x\n',
  );
  const files = { ...CHAT, [DGD]: hostile, 'dynamo-gitops.yaml': CONFIG };
  const folder = repositoryWith(files);
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(chatPlan({ prefill: 3, decode: 6 }, files)));
  const shown = async (format: string, isInWorkflow: boolean) => {
    const words = ['propose', '--dry-run', '-o', format];
    const outside = { cwd: folder, env: ENVIRONMENT, now: () => NOW, isInWorkflow };
    const { exitCode, stdout } = await callCli(words, outside);
    expect(exitCode).toBe(0);
    return stdout;
  };

  test('holds no workflow command, whatever a manifest says', async () => {
    expect(commandsIn(await shown('text', false))).not.toEqual([]);
    for (const format of ['text', 'markdown', 'json', 'yaml']) {
      expect({ format, found: commandsIn(await shown(format, true)) }).toEqual({ format, found: [] });
    }
  });

  test('is the same document for programs', async () => {
    const document = JSON.parse(await shown('json', false));
    expect(JSON.stringify(document)).toContain('##[add-mask]');
    expect(JSON.parse(await shown('json', true))).toEqual(document);
    expect(parse(await shown('yaml', true))).toEqual(document);
  });

  test('is what it was, but for the commands', () => {
    const text = 'a::b\n  c: d::e\n ## [x]\nhttp://x\n';
    expect(withoutCommands(text)).toBe(text);
    expect(commandsIn(withoutCommands('\r  ::error::x\n\t::warning file=a::b ##[group]c\n'))).toEqual([]);
  });

  test('holds none in errors either', async () => {
    const cwd = repositoryWith({ 'dynamo-gitops.yaml': 'schemaVersion: 1\n' });
    const { stderr } = await callCli(['propose', '##[error]x'], { cwd, env: ENVIRONMENT, isInWorkflow: true });
    expect(stderr).toMatch(/^error: /);
    expect(commandsIn(stderr)).toEqual([]);
  });
});
