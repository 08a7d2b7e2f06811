/** Demo: the bundled example. start() returns once its functions answer and its module is in force; stop() takes both away. */
export interface Demo {
  running(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}
