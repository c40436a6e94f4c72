import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerSynth: RegisterCommand = (program, dispatch) => {
  program
    .command('synth')
    .description('render apps/<app>/main.ts to dist/<environment>/<app>; removes only what it wrote')
    .argument('[app...]', 'apps to render (default: all)')
    .option('--check', 'write nothing; exit 2 with the differences if the folder is out of date', false)
    .addHelpText('after', '\nCDK8S_OUTDIR names another folder than dist.')
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops synth --check', { 0: 'done, or up to date', 2: 'out of date (with --check)' }),
    )
    .action((apps: readonly string[], options: { readonly check: boolean }) =>
      dispatch(async () => (await import('../run/synth.ts')).runSynth, { apps, check: options.check }),
    );
};
