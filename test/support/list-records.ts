import { expect } from 'chai';
import type { ListRecord } from '../../src/intake/recipient-list.ts';

/** A record without its bytes: which records have them depends on where the file was cut. */
export type CheckedRecord = Omit<ListRecord, 'plain'>;

/** The records without their bytes, which must say what their text and their values say. */
export function checked(records: readonly ListRecord[]): CheckedRecord[] {
  return records.map(({ plain, ...record }) => {
    if (plain !== null) {
      const text = plain.bytes.toString('utf8', plain.start, plain.end);
      expect([text, text.split(',')]).to.deep.equal([record.raw, record.values]);
    }
    return record;
  });
}
