import { type Clock, fixedClock, type Millis } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import { buildEvent, type EventInput } from '../log/build-event.ts';
import { type ClientContext, type LogActor, type LogEvent, type LogTarget, SYSTEM_ACTOR } from '../log/log-event.ts';
import type { SystemLog } from '../log/system-log.ts';
import type { App, AppUser, Group, User } from '../world/model.ts';
import type { World } from '../world/world.ts';

/** Everything an action needs: the state, the log it writes to, and time, chance and ids. */
export interface Org {
  world: World;
  log: SystemLog;
  clock: Clock;
  rng: Rng;
  ids: Ids;
  /** How long the next event takes to reach the log's store. */
  lateness: () => Millis;
}

/** Who does something, and from where. */
export interface Origin {
  actor: LogActor;
  client?: ClientContext | null;
  /** The API token in use, which the log names in `transaction.detail`. */
  tokenId?: string;
}

export const BY_SYSTEM: Origin = { actor: SYSTEM_ACTOR };

/** The same org at another moment: actions done with it happen then. */
export function at(org: Org, when: Millis): Org {
  return { ...org, clock: fixedClock(when) };
}

/** Appends one event for something that happens now. */
export function emit(org: Org, origin: Origin, input: Omit<EventInput, 'actor'>): LogEvent {
  const event = buildEvent(org.ids, org.clock.now(), {
    client: origin.client ?? null,
    ...(origin.tokenId === undefined ? {} : { transactionDetail: { requestApiTokenId: origin.tokenId } }),
    ...input,
    actor: origin.actor,
  });
  org.log.append(event, org.lateness());
  return event;
}

export function userActor(user: User): LogActor {
  return {
    id: user.id,
    type: 'User',
    alternateId: user.profile.login,
    displayName: user.profile.displayName,
    detailEntry: null,
  };
}

/** A user acting from the usual device. */
export function byUser(user: User): Origin {
  return { actor: userActor(user), client: user.home };
}

export const userTarget = (user: User): LogTarget => userActor(user);

export function groupTarget(group: Group): LogTarget {
  return { id: group.id, type: 'UserGroup', alternateId: 'unknown', displayName: group.name, detailEntry: null };
}

export function appTarget(app: App): LogTarget {
  return { id: app.id, type: 'AppInstance', alternateId: app.label, displayName: app.label, detailEntry: null };
}

export function appUserTarget(appUser: AppUser, user: User): LogTarget {
  return {
    id: appUser.assignmentId,
    type: 'AppUser',
    alternateId: appUser.userName,
    displayName: user.profile.displayName,
    detailEntry: null,
  };
}
