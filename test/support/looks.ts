import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const SHOTS = process.env.SHOTS;

/** The most that a page may weigh before it is packed. */
const MOST_BYTES = 400_000;

/**
 * Looks at the page that stands in a browser as people see it: light, dark, on a telephone and on paper.
 * It breaks no rule of accessibility, is not wider than a telephone, and says nothing that is no word.
 * With SHOTS set it leaves pictures there.
 */
export async function looksRight(page: Page, name: string): Promise<void> {
  const html = await page.content();
  expect(Buffer.byteLength(html)).to.be.lessThan(MOST_BYTES);
  expect(html).to.not.include('undefined').and.not.include('[object Object]');
  for (const [how, size, media, colorScheme] of [
    ['desktop-light', { width: 1280, height: 800 }, 'screen', 'light'],
    ['desktop-dark', { width: 1280, height: 800 }, 'screen', 'dark'],
    ['phone-light', { width: 390, height: 844 }, 'screen', 'light'],
    ['print', { width: 900, height: 1200 }, 'print', 'light'],
  ] as const) {
    await page.setViewportSize(size);
    await page.emulateMedia({ media, colorScheme });
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/${name}-${how}.png`, fullPage: true });
    }
    // Structure is the same whatever the colours: it is looked at once on each kind of screen.
    const axe = new AxeBuilder({ page });
    const isWhole = how.endsWith('light');
    const { violations } = await (isWhole ? axe : axe.withRules(['color-contrast'])).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
    expect(told, `${name} ${how}`).to.deep.equal([]);
    if (how === 'phone-light') {
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wide, `${name}: wider than a telephone`).to.be.lessThan(1);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
}
