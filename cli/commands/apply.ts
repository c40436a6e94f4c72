import type { RegisterCommand } from '../command.ts';

export const registerApply: RegisterCommand = (program, dispatch) => {
  program
    .command('apply')
    .description('edit the working tree as a plan says: every file or none')
    .argument('<plan>', 'plan document, as "plan --out" writes it')
    .action(async (plan: string) => dispatch(async () => (await import('../run/apply.ts')).runApply, { plan }));
};
