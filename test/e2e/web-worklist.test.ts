import { expect } from 'chai';
import { many, write } from '../../src/platform/db.ts';
import { addFindings } from '../../src/verification/verification.sql.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { useWeb, visiting } from '../support/web.ts';

describe('the worklist, on the web', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);

  it('has everybody who waits on one of its pages, and nobody on two', async () => {
    await walkTown(test(), { until: 'intake', recipients: 60 });
    const rows = await many<{ id: bigint }>(
      test().db,
      'select recipient_id as id from recipient order by 1',
    );
    await write(test().db, (tx) =>
      addFindings(tx, {
        period: TOWN_PERIOD,
        at: web().now(),
        findings: rows.map(({ id }) => ({
          ...{ recipientId: String(id), code: 'POP_NAME_DOUBTFUL', subject: 'recipient' },
          ...{ severity: 'review', listed: 'Trần Thị Lài', answered: 'Trần Thị Lái' },
        })),
      }),
    );
    const maker = await visiting(test(), web(), { personId: 'reads', roles: ['maker'] });
    const seen: string[] = [];
    let pages = 0;
    let next: string | undefined = '/worklist';
    while (next !== undefined && pages < 10) {
      const { status, text } = await maker.get(next);
      expect(status).to.equal(200);
      seen.push(
        ...[...text.matchAll(/href="\/worklist\/[\d-]+\/(\d+)"/g)].map(([, id]) => id ?? ''),
      );
      const [, to] = /href="(\?[^"]+)" rel="next"/.exec(text.replaceAll('&amp;', '&')) ?? [];
      next = to === undefined ? undefined : `/worklist${to}`;
      pages += 1;
    }
    expect(pages).to.equal(Math.ceil(rows.length / 50));
    expect(seen).to.deep.equal(rows.map(({ id }) => String(id)));
    expect((await maker.get('/worklist?after=block~x')).status).to.equal(400);
  });
});
