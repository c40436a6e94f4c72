import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { backtestPage } from '../../../report/backtest/page/index.ts';
import { sampleBacktest, samplePolicy } from './sample-backtest.ts';

const executablePath = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find((path) => existsSync(path));
const inBrowser = executablePath === undefined ? test.skip : test;

describe('the page of a backtest', () => {
  test('has the same bytes each time', async () => {
    expect(await backtestPage(sampleBacktest())).toBe(await backtestPage(sampleBacktest()));
  });

  test('refers to nothing outside of itself, and runs nothing', async () => {
    const page = await backtestPage(sampleBacktest());
    const outside = page.replace(/xmlns(:xlink)?="http:\/\/www\.w3\.org\/[^"]*"/g, '');
    expect(outside).not.toMatch(/https?:|src=|url\(|@import|<script|<iframe|\son[a-z]+=/i);
  });

  test('shows hostile names as the text that they are', async () => {
    const label = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
    const page = await backtestPage(
      sampleBacktest({
        policies: [samplePolicy('sla', 'git', { label, attainment: 1, gpuHours: 10 })],
        notes: [label],
      }),
    );
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img');
    expect(page).not.toMatch(/<script|<img/);
  });

  test('counts no day where none was judged', async () => {
    const page = await backtestPage(
      sampleBacktest({ judged: { start: '2026-11-02T00:00:00Z', end: '2026-11-02T06:00:00Z' } }),
    );
    expect(page).toContain('<th scope="col">Proposals in 6 h</th>');
    expect(page).toContain('Changes in 6 h and GPU-hours');
    expect(page).not.toContain('Changes a day');
  });

  test('is whole without a frontier, a what-if or a minute of traffic', async () => {
    const { whatIf: _, ...bare } = sampleBacktest({ frontier: [] });
    const idle = samplePolicy('sla', 'git', {
      ...{ attainment: 1, gpuHours: 0, requests: 0, worstWindow: null, hourlyGpus: [] },
    });
    const page = await backtestPage({ ...bare, policies: [{ ...idle, timesOracle: null, timesLimitedOracle: null }] });
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).not.toContain('What if');
  });
});

describe(executablePath === undefined ? 'Chromium (not installed, so skipped)' : 'Chromium', () => {
  let folder = '';
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'backtest-page-'));
    writeFileSync(join(folder, 'report.html'), await backtestPage(sampleBacktest()));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    readonly complaints: readonly string[];
    readonly requests: readonly string[];
  }

  async function open(options: BrowserContextOptions = {}): Promise<Opened> {
    if (browser === undefined) throw new Error('no browser');
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(folder, 'report.html')).href, { waitUntil: 'load' });
    return { page, complaints, requests };
  }

  inBrowser('opens it without a word on the console, and without a request but for itself', async () => {
    const { page, complaints, requests } = await open();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(join(folder, 'report.html')).href]);
    expect(await page.title()).toBe('Backtest of prod/chat: 2 days to 2026-11-04 00:00 UTC');
    expect(await page.locator('figure svg:visible').count()).toBe(6);
  });

  inBrowser('fits a phone: nothing but tables scrolls sideways, and charts have their own width', async () => {
    const { page } = await open({ viewport: { width: 360, height: 740 } });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(360);
    const text = await page
      .locator('figure svg:visible text')
      .first()
      .evaluate((node) => node.getBoundingClientRect().height);
    expect(text).toBeGreaterThan(9);
  });

  inBrowser.each(['light', 'dark'] as const)('has contrast enough to read: %s', async (colorScheme) => {
    const { page } = await open({ colorScheme });
    const contrast = await page.evaluate<number>(CONTRAST_OF_TEXT);
    expect(contrast).toBeGreaterThan(4.5);
    const [paper, ink] = await page.evaluate<readonly [number, number]>(LIGHT_OF_PAGE_AND_INK);
    expect(paper < ink).toBe(colorScheme === 'dark');
  });

  inBrowser('tells who cannot see the charts what is in them', async () => {
    const { page } = await open();
    const charts = await page.getByRole('img').all();
    const names = await Promise.all(charts.map((chart) => chart.getAttribute('aria-label')));
    expect(names).toHaveLength(6);
    expect(names[0]).toContain('1, sla: 1,520 GPU-hours, 99.21 %');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const regions = await page.getByRole('region').all();
    for (const region of regions) {
      await region.focus();
      expect(await region.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    }
    expect(await page.locator('th:not([scope])').count()).toBe(0);
  });

  inBrowser('prints on paper in black on white, every table whole', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(
      await page.evaluate('[...document.querySelectorAll(".table")].map((one) => getComputedStyle(one).overflowX)'),
    ).toEqual(Array.from({ length: 3 }, () => 'visible'));
    const pdf = await page.pdf({ format: 'A4', landscape: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

/** Least contrast of any text in the page and its charts, by the formula of WCAG 2. */
const CONTRAST_OF_TEXT = `(() => {
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = light(getComputedStyle(document.body).backgroundColor);
  const texts = [...document.querySelectorAll('p, li, td, figcaption, h1, h2, .legend span, code')].map((node) => getComputedStyle(node).color);
  const drawn = [...document.querySelectorAll('svg text')].map((node) => getComputedStyle(node).fill).filter((fill) => fill !== 'none');
  return Math.min(...[...texts, ...drawn].map(light).map((ink) => (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05)));
})()`;

const LIGHT_OF_PAGE_AND_INK = `['backgroundColor', 'color'].map((name) =>
  getComputedStyle(document.body)[name].match(/[\\d.]+/g).map(Number).reduce((sum, one) => sum + one, 0))`;
