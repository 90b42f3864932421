import { join } from 'node:path';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { PaymentTransport } from '../../src/release/payment-transport.port.ts';
import type { Inbox } from '../../src/settlement/inbox.port.ts';
import { fileSigner } from './detached-signature.ts';
import { folderInbox } from './folder-inbox.ts';
import { folderTransport } from './folder-transport.ts';
import { httpsInbox } from './https-inbox.ts';
import { httpsSession } from './https-session.ts';
import { httpsTransport } from './https-transport.ts';
import type { KeyFolder } from './key-folder.ts';
import { sftpInbox } from './sftp-inbox.ts';
import { sftpSession } from './sftp-session.ts';
import { sftpTransport } from './sftp-transport.ts';
import { signedTransport } from './signed-transport.ts';

/** Both ways to a counterpart. */
export interface BankChannel {
  readonly transport: PaymentTransport;
  readonly inbox: Inbox;
}

/** What profiles do not say, because it is of one machine or secret. Each is asked for when it is needed. */
export interface ChannelPlaces {
  /** Below it is a folder for each channel that is reached by folder. */
  readonly folder: () => string;
  readonly keys: () => KeyFolder;
}

/** How the counterpart of a profile is reached, as the profile says. */
export function channelOf(profile: BankProfile, places: ChannelPlaces): BankChannel {
  const { transport, inbox } = unsigned(profile, places);
  const { signature } = profile;
  if (signature.kind === 'none') return { transport, inbox };
  const sign = fileSigner(signature, places.keys());
  return { inbox, transport: signedTransport(transport, { sign, suffix: signature.suffix }) };
}

function unsigned({ channel, transport }: BankProfile, places: ChannelPlaces): BankChannel {
  switch (transport.kind) {
    case 'folder': {
      const folder = join(places.folder(), channel.toLowerCase());
      return { transport: folderTransport(folder), inbox: folderInbox(join(folder, 'out')) };
    }
    case 'sftp': {
      const session = sftpSession(transport, places.keys());
      return {
        transport: sftpTransport(transport, session),
        inbox: sftpInbox(transport, session),
      };
    }
    case 'https': {
      const session = httpsSession(transport, places.keys());
      return { transport: httpsTransport(session), inbox: httpsInbox(session) };
    }
  }
}
