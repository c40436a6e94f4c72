import { InvalidArgumentError } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerProfile: RegisterCommand = (program, dispatch) => {
  program
    .command('profile')
    .description('whether the profile of an engine can be believed, and the performance model that fits it')
    .argument('<file...>', "profiles: the committed form, or Dynamo's raw data as JSON or npz")
    .option('--tensor-parallel <gpus>', 'GPUs of a replica, for raw data that does not say', wholeGpus)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops profile apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json', {
        0: 'done, with no error found',
        2: 'an error found',
      }),
    )
    .action(async (files: readonly string[], { tensorParallel }: { readonly tensorParallel?: number }) =>
      dispatch(async () => (await import('../run/profile.ts')).runProfile, { files, tensorParallel }),
    );
};

function wholeGpus(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of GPUs, from 1.');
  return Number(text);
}
