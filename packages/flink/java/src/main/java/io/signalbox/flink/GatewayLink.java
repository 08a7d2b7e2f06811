package io.signalbox.flink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The way to the gateway. Every request names the run of the job: the gateway answers 409 to a run that is not in force. */
final class GatewayLink implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  /** The gateway answers a poll within 5 s, and anything else once it is on disk. */
  private static final int READ_TIMEOUT_MS = 30_000;

  private final String gateway;
  private final String run;
  private final String token;

  GatewayLink(String gateway, String run, String token) {
    this.gateway = gateway.endsWith("/") ? gateway.substring(0, gateway.length() - 1) : gateway;
    this.run = run;
    this.token = token;
  }

  InputStream get(String pathAndQuery) throws IOException {
    return open("GET", pathAndQuery, null);
  }

  void post(String pathAndQuery, byte[] body) throws IOException {
    try (InputStream answer = open("POST", pathAndQuery, body)) {
      // Read to its end, so that the connection serves the next request.
      while (answer.read() >= 0) {}
    }
  }

  static String encoded(String text) throws IOException {
    return URLEncoder.encode(text, "UTF-8");
  }

  private InputStream open(String method, String pathAndQuery, byte[] body) throws IOException {
    String separator = pathAndQuery.indexOf('?') < 0 ? "?" : "&";
    URL url = new URL(gateway + pathAndQuery + separator + "run=" + encoded(run));
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
    connection.setReadTimeout(READ_TIMEOUT_MS);
    connection.setRequestProperty("Authorization", "Bearer " + token);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      connection.setFixedLengthStreamingMode(body.length);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    int status = connection.getResponseCode();
    if (status < 300) return connection.getInputStream();
    throw new Refused(status, "the gateway " + gateway + " answered " + status + ": " + reason(connection));
  }

  private static String reason(HttpURLConnection connection) throws IOException {
    InputStream error = connection.getErrorStream();
    if (error == null) return "without a reason";
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] part = new byte[1024];
    for (int read = error.read(part); read >= 0 && text.size() < 4096; read = error.read(part)) text.write(part, 0, read);
    error.close();
    return new String(text.toByteArray(), StandardCharsets.UTF_8);
  }

  /** The gateway is there and says no. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }
  }
}
