export { type CheckedProps, checkProps, refuseMistakes, requireProps } from './check-props.ts';
export { type Kind, mistakesIn } from './kind.ts';
export { anObject, anyText, either, flag, listOf, made, mapOf, number, oneOf, text } from './kinds.ts';
export { type Mistake, sentence } from './mistake.ts';
export { mistakesOf, reportMistakes } from './report-mistakes.ts';
export { type Properties, required, type Shape, shape } from './shape.ts';
