// Conformance functions on the official Go SDK: the twin of conformance.py, over HTTP or, with TRANSPORT=grpc, behind grpc-go. On 127.0.0.1 and $PORT.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"

	"github.com/apache/flink-statefun/statefun-sdk-go/v3/pkg/statefun"
)

type batchKey struct{}

var batches atomic.Int64

func main() {
	builder := statefun.StatefulFunctionsBuilder()
	spec := statefun.StatefulFunctionSpec{FunctionType: probeType, States: states, Function: statefun.StatefulFunctionPointer(probe)}
	if err := builder.WithSpec(spec); err != nil {
		fail(err)
	}
	handler := builder.AsHandler()
	// Bytes of a request to bytes of its reply; all messages of one request share a number.
	handle := func(ctx context.Context, request []byte) ([]byte, error) {
		return handler.Invoke(context.WithValue(ctx, batchKey{}, batches.Add(1)), request)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fail(err)
	}
	if os.Getenv("TRANSPORT") == "grpc" {
		err = serveGrpc(listener, handle)
	} else {
		err = serveHTTP(listener, handle)
	}
	fail(err)
}

func serveHTTP(listener net.Listener, handle func(context.Context, []byte) ([]byte, error)) error {
	return http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return // a connection that was cut: the gateway asks again
		}
		reply, err := handle(request.Context(), body)
		if err != nil {
			fmt.Fprintf(os.Stderr, "invocation failed: %v\n", err)
			response.WriteHeader(http.StatusInternalServerError)
			return
		}
		response.Header().Set("content-type", "application/octet-stream")
		_, _ = response.Write(reply)
	}))
}

func fail(err error) {
	if err == nil {
		err = errors.New("ended")
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
