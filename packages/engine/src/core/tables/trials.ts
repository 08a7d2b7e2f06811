/**
 * Trials: how many entities of one endpoint that are suspected of killing the function's process are tried at once, and which of them is
 * the only one on trial. Data alone; failure/trial.ts decides with it.
 */

/** What a trial needs of the entity that is tried. */
export interface OnTrial {
  readonly invocation: number;
  onTrial: boolean;
}

const trialsAtOnceMax = 1024;
/** From this many deaths on an entity is tried alone. */
const aloneDeathsMin = 3;

/** Suspected of killing the function's process. */
export function isSuspect(entity: { readonly deaths: number }): boolean {
  return entity.deaths > 0;
}

export function wantsToBeAlone(entity: { readonly deaths: number }): boolean {
  return entity.deaths >= aloneDeathsMin;
}

/** The trials of one endpoint. */
export class Trials {
  /** How many suspects are in flight, and how many may be. */
  inFlight = 0;
  inFlightMax = 1;
  /** The invocation that has been the only one on trial since it was sent; 0: none. */
  private sole = 0;
  /** Invocations below this number were sent before the last death of a suspect on trial, and may have died with it. */
  private victimsBelow = 0;

  get mayBegin(): boolean {
    return this.inFlight < this.inFlightMax;
  }

  begin(entity: OnTrial): void {
    entity.onTrial = true;
    this.sole = this.inFlight === 0 ? entity.invocation : 0;
    this.inFlight++;
  }

  /** Returns whether it was the only one on trial all the time. */
  end(entity: OnTrial): boolean {
    const wasSole = this.sole === entity.invocation;
    if (wasSole) this.sole = 0;
    entity.onTrial = false;
    this.inFlight--;
    return wasSole;
  }

  cleared(): void {
    this.inFlightMax = Math.min(trialsAtOnceMax, this.inFlightMax * 2);
  }

  died(nextInvocation: number): void {
    this.inFlightMax = 1;
    this.victimsBelow = nextInvocation;
  }

  isVictim(invocation: number): boolean {
    return this.inFlight > 0 || invocation < this.victimsBelow;
  }
}
