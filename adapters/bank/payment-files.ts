import type { PaymentFileWriters } from '../../src/batch/payment-file.port.ts';
import { postOfficeListWriter } from '../post-office/list-writer.ts';
import { pain001Writer } from './iso20022/pain-001-writer.ts';
import { listWriter } from './list/list-writer.ts';
import { treasuryWriter } from './list/treasury-writer.ts';

/** The writer for the format of a profile. */
export const paymentFileWriters: PaymentFileWriters = (profile, names) => {
  const { format } = profile.outbound;
  switch (format) {
    case 'pain.001.001.03':
    case 'pain.001.001.09':
    case 'pain.001.001.12':
      return pain001Writer(format, profile, names);
    case 'list':
      return listWriter(profile, names);
    case 'treasury-09':
      return treasuryWriter(profile, names);
    case 'post-office-list':
      return postOfficeListWriter(profile, names);
  }
};
