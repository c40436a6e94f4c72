import { imageVersion, type JsonObject, stringAt } from '../../api/index.ts';
import { templateMark } from '../../manifests/index.ts';
import { type Component, type Place, under } from '../component.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import { eachPair } from './services.ts';

/** The image of the main container, and the runtime version that the operator reads from it. */
export const imageRules: readonly Rule[] = [
  {
    id: 'image-required',
    title: 'The main container has an image',
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'create', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(imageOf(component) === undefined, () =>
          violation(imagePlace(component), `"${component.name}" has no image for its main container`, 'set the image'),
        ),
      ),
  },
  {
    id: 'image-removed',
    title: 'The image of the main container is not removed',
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'update', kinds: COMPONENTS },
    check: (subject) =>
      eachPair(subject, (now, before) =>
        when(imageOf(now) === undefined && imageOf(before) !== undefined, () =>
          violation(imagePlace(now), `"${now.name}" loses the image of its main container`, 'keep an image'),
        ),
      ),
  },
  {
    id: 'image-version',
    title: "An image's tag is a version, or runtimeVersionOverride says which",
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'create', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(lacksVersion(component) && !isPlaceholder(imageOf(component)), () =>
          noVersion(component, 'the graph is not created'),
        ),
      ),
  },
  {
    id: 'image-placeholder',
    title: 'A tag that an example leaves to fill in is filled in',
    ...{ severity: 'warning', stage: 'gitops', since: '1.4.0', on: 'create', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(lacksVersion(component) && isPlaceholder(imageOf(component)), () =>
          violation(
            imagePlace(component),
            `"${imageOf(component) ?? ''}" is a placeholder: as it stands the graph is not created, since the tag is no version`,
            'fill in the image that you run',
          ),
        ),
      ),
  },
  {
    id: 'image-version-update',
    title: 'A changed image or override still tells the runtime version',
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'update', kinds: GRAPHS },
    check: (subject) =>
      eachPair(subject, (now, before) => {
        const isChanged =
          imageOf(now) !== imageOf(before) || now.body.runtimeVersionOverride !== before.body.runtimeVersionOverride;
        return when(isChanged && lacksVersion(now), () => noVersion(now, 'the change is refused'));
      }),
  },
  {
    id: 'sidecar-image',
    title: 'Containers beside the main one have an image',
    ...{ severity: 'error', stage: 'schema', since: '1.2.0', on: 'both', kinds: COMPONENTS },
    check: (subject) => (subject.apiVersion === 'v1beta1' ? subject.components.flatMap(imagelessContainers) : []),
  },
];

function imagelessContainers(component: Component) {
  return component.containers
    .filter(({ role, name, body }) => role !== 'main' && name !== 'main' && text(body, 'image') === undefined)
    .map((container) =>
      violation(
        container,
        `the ${container.role === 'init' ? 'init container' : 'sidecar'} "${container.name ?? ''}" has no image; only the main container may get one from elsewhere`,
        'set its image',
      ),
    );
}

export function mainContainer(component: Component) {
  return component.containers.find(({ role }) => role === 'main');
}

function imageOf(component: Component): string | undefined {
  return text(mainContainer(component)?.body, 'image');
}

/** The image's own place, or where the container is missing. */
function imagePlace(component: Component): Place {
  const main = mainContainer(component);
  if (component.apiVersion === 'v1alpha1')
    return { path: component.at(['extraPodSpec', 'mainContainer', 'image']).path };
  return main === undefined ? component.at([], ['podTemplate', 'spec', 'containers']) : under(main, ['image']);
}

function lacksVersion(component: Component): boolean {
  const image = imageOf(component);
  return (
    image !== undefined &&
    text(component.body, 'runtimeVersionOverride') === undefined &&
    imageVersion(image) === undefined
  );
}

/** Tags that Dynamo's examples and guides leave to the reader. */
const PLACEHOLDER_TAG = /:(my-tag|your-tag|<[^>]*>|(?:REPLACE|CHANGE|FILL)[-_A-Za-z]*)$/;

function isPlaceholder(image: string | undefined): boolean {
  return image !== undefined && PLACEHOLDER_TAG.test(image);
}

function noVersion(component: Component, consequence: string) {
  const image = imageOf(component) ?? '';
  // A placeholder is what is wrong, and is judged where it stands; of everything else the operator names the override.
  const isToBeFilledIn = templateMark(image) !== undefined;
  const { path } = imagePlace(component);
  return {
    ...violation(
      isToBeFilledIn ? { path } : { path: component.at(['runtimeVersionOverride']).path },
      `"${image}" has no tag that is a version, such as 1.4.0, so the operator cannot tell the runtime's version and ${consequence}`,
      'use a version as the tag, or set runtimeVersionOverride',
    ),
    shownAt: path,
  };
}

function text(body: JsonObject | undefined, field: string): string | undefined {
  const found = stringAt(body, field);
  return found === '' ? undefined : found;
}
