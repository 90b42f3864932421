import type { ChannelName, DueDelivery } from './alarm.ts';

/** What carries an alarm outside. Throws when it cannot say that the alarm was taken. */
export interface AlarmChannel {
  tell(alarm: DueDelivery): Promise<void>;
}

/** The channels that are set up, by name. */
export type AlarmChannels = ReadonlyMap<ChannelName, AlarmChannel>;
