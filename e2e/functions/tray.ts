/** The tray of tray-entities.ts as a process of its own. */
import { serve } from "@signalbox/functions/node";
import { entities } from "./tray-entities.ts";

await serve(entities, { port: Number(process.env["PORT"]), codeVersion: "build-7c3d" });
