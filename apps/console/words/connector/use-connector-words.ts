/** useConnectorWords: the texts of what an ingress or egress is doing in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ConnectorWords } from "./en.ts";

export const useConnectorWords: () => ConnectorWords = spoken<ConnectorWords>(en, async () => (await import("./de.ts")).de);
