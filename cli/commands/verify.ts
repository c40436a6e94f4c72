import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface VerifyOptions {
  readonly forge?: 'local' | 'github';
  readonly repo?: string;
}

export const registerVerify: RegisterCommand = (program, dispatch) => {
  program
    .command('verify')
    .description(
      'whether an open merge request may still be merged: its plan, its branch and the numbers it starts from',
    )
    .argument('<branch>', 'branch of the merge request, its number, or the branch on which a merge queue tries it')
    .addOption(
      new Option('--forge <name>', "where merge requests live (default: proposals.forge, else 'local')").choices([
        'local',
        'github',
      ]),
    )
    .option('--repo <owner/name>', 'repository at GitHub (default: the one of the remote "origin")')
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops verify dynamo-gitops/prod/chat', {
        0: 'it may be merged',
        2: 'it may not, with the reasons',
      }),
    )
    .action((branch: string, { forge, repo }: VerifyOptions) =>
      dispatch(async () => (await import('../run/verify.ts')).runVerify, { branch, forge, repository: repo }),
    );
};
