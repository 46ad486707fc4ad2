import { expect, vi } from 'vitest';
import { EACH_SIZE, expectFit, useDashboards } from './dashboard.ts';
import { needing } from './needs.ts';

/** So many that one a second takes longer than it takes to cancel them. */
const MISSED = 8;

needing('browser').describe('recoveries in the dashboard', () => {
  const dashboards = useDashboards();

  needing('browser').each(EACH_SIZE)(
    'are begun, watched and cancelled, on a %s',
    async (size) => {
      const { page, customer, go, expectWell } = await dashboards.open(size);
      const id = await customer.givenWebhook(`missed-on-a-${size}`, {});
      const change = (body: object) => customer.call('PATCH', `/webhooks/${id}`, body);
      await change({ active: false, keep_while_inactive: true });
      await Promise.all(Array.from({ length: MISSED }, () => customer.publish()));
      await vi.waitFor(
        async () => {
          const { pagination } = await customer.read(`/webhooks/${id}/deliveries?status=skipped`);
          expect(pagination.total).toBe(MISSED);
        },
        { timeout: 30_000, interval: 250 },
      );
      await change({ rate_limit: 1 });

      await go(`/webhooks/${id}/recoveries`);
      await page.getByRole('heading', { name: 'Nothing was recovered yet' }).waitFor();
      expect(await page.getByRole('button', { name: 'Recover' }).isDisabled()).toBe(true);
      await page.getByText('The webhook is off.').waitFor();
      await page.getByRole('button', { name: 'Turn on' }).click();
      await page.getByRole('button', { name: 'Turn off' }).waitFor();
      await page.getByLabel('What happened in').selectOption('Between…');
      await page.getByLabel('To', { exact: true }).fill('2024-01-15T00:00');
      await page.getByText('Is before From.').waitFor();
      await expectFit(page);
      await page.getByLabel('What happened in').selectOption('The last hour');
      await page.getByLabel('Which deliveries').selectOption('What was kept and not sent');
      await page.getByRole('button', { name: 'Recover' }).click();

      const first = page.getByRole('region', { name: 'Recovery recovery_1' });
      await first.getByRole('progressbar', { name: 'How much of it was replayed' }).waitFor();
      await first.getByText('running').waitFor();
      await expectFit(page);
      await first.getByRole('button', { name: 'Cancel' }).click();
      await first.getByText('cancelled', { exact: true }).waitFor();

      await change({ rate_limit: null });
      await page.getByLabel('Which deliveries').selectOption('All that was missed');
      await page.getByRole('button', { name: 'Recover' }).click();
      const second = page.getByRole('region', { name: 'Recovery recovery_2' });
      await second.getByText('completed').waitFor();
      await second.getByText(/delivered at the first attempt/).waitFor();
      await expectWell();
    },
    { timeout: 90_000 },
  );
});
