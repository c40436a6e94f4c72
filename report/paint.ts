import { styleText } from 'node:util';

/** Emphasis in terminal text; the plain one leaves every string as it is. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly notice: (text: string) => string;
}

const asIs = (text: string): string => text;

export const plainPaint: Paint = { strong: asIs, faint: asIs, good: asIs, bad: asIs, notice: asIs };

function styled(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false });
}

export const colorPaint: Paint = {
  strong: styled('bold'),
  faint: styled('dim'),
  good: styled('green'),
  bad: styled('red'),
  notice: styled('yellow'),
};
