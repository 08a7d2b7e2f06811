/**
 * PostgresSetting: whether there is a port for PostgreSQL's clients (open-postgres.ts). Neighbour: env.ts lists it.
 */
import { portSetting, type Setting } from "./setting.ts";

export const postgresPortSetting: Setting<number | undefined> = {
  ...portSetting(
    "SIGNALBOX_POSTGRES_PORT",
    0,
    "Port for PostgreSQL's clients, read-only SQL ([docs/sql.md](docs/sql.md)); as 4283 or, on a machine without PostgreSQL, 5432",
  ),
  fallback: undefined,
  fallbackText: "none: there is no such port",
};
