/**
 * CommandContext: what every command gets: the gateway that the settings name, and where to print.
 */
import type { Command } from "commander";
import { GatewayClient, type GatewayRequest, type Settings } from "./call-gateway.ts";
import type { CertificateFiles } from "./certified-fetch.ts";
import { CliError } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { print, type PrintOptions } from "./output/print.ts";

const defaultUrl = "http://127.0.0.1:4280";

export interface GlobalOptions extends PrintOptions {
  readonly url?: string;
  readonly token?: string;
  readonly unmask?: string;
  readonly cert?: string;
  readonly certKey?: string;
}

export class CommandContext {
  readonly io: Io;

  constructor(io: Io) {
    this.io = io;
  }

  /** `url` is that of a gateway that was started here. */
  client(command: Command, url?: string): GatewayClient {
    const settings = this.settings(command);
    return new GatewayClient(this.io, url === undefined ? settings : { ...settings, url });
  }

  /** Reads the settings from the flags, and else from the environment. */
  settings(command: Command): Settings {
    const { url, token, unmask, cert, certKey } = command.optsWithGlobals<GlobalOptions>();
    const { environment } = this.io;
    // An empty variable counts as absent, as it does for the gateway.
    const found = url ?? (environment["SIGNALBOX_URL"] || defaultUrl);
    if (!URL.canParse(found) || !/^https?:/.test(found))
      throw new CliError("usage", `"${found}" is no URL of a gateway`, "Write http://host:port, with a path if it hangs below one.");
    const certificate = certificateOf(cert ?? environment["SIGNALBOX_CLIENT_CERT"], certKey ?? environment["SIGNALBOX_CLIENT_KEY"]);
    return { url: found, token: token ?? (environment["SIGNALBOX_TOKEN"] || undefined), unmaskReason: unmask, certificate };
  }

  async run(command: Command, request: GatewayRequest): Promise<void> {
    this.print(command, await this.client(command).json(request));
  }

  print(command: Command, answer: unknown): void {
    print(this.io, answer, command.optsWithGlobals<GlobalOptions>());
  }
}

/** A file that holds both may be named once. */
function certificateOf(certificate = "", key = ""): CertificateFiles | undefined {
  if (certificate === "" && key === "") return undefined;
  if (certificate === "") throw new CliError("usage", "--cert-key belongs to a certificate", "Name its file too, with --cert.");
  return { certificate, key: key === "" ? certificate : key };
}
