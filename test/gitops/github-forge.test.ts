import { afterAll, afterEach, expect } from '@jest/globals';
import { describeForge } from './forge-conformance.ts';
import { GitHubServer } from './github/server.ts';
import { siteOn } from './github/site.ts';
import { removeTemporaryFolders } from './sandbox.ts';

afterAll(removeTemporaryFolders);

let server: GitHubServer;

afterEach(() => {
  expect(server.violations).toEqual([]);
});

describeForge({
  name: 'GitHub',
  start: async () => {
    server = await GitHubServer.start();
  },
  stop: () => server.stop(),
  open: (files, modes) => siteOn(server, files, modes),
});
