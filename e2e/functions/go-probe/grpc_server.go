package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of signalbox/function.proto that are read or written here.
const (
	callID, callRequest, callCancelled   = 1, 2, 4
	answerID, answerReply, answerRefusal = 1, 2, 3
	refusalStatus, refusalReason         = 1, 2
	payloadBytesMax                      = 32 << 20
)

// rawCodec leaves messages as bytes: both sides of this service are carried on, not looked into.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(value any) ([]byte, error) {
	if bytes, ok := value.(*[]byte); ok {
		return *bytes, nil
	}
	return nil, fmt.Errorf("%T is not bytes", value)
}

func (rawCodec) Unmarshal(bytes []byte, value any) error {
	target, ok := value.(*[]byte)
	if !ok {
		return fmt.Errorf("%T is not bytes", value)
	}
	*target = append([]byte(nil), bytes...)
	return nil
}

type functionServer struct {
	handle func(context.Context, []byte) ([]byte, error)
}

// serveGrpc serves signalbox.v1.Function (Invoke and Stream) without generated code. What handle refuses is a refusal with status UNKNOWN.
func serveGrpc(listener net.Listener, handle func(context.Context, []byte) ([]byte, error)) error {
	server := grpc.NewServer(grpc.ForceServerCodec(rawCodec{}), grpc.MaxRecvMsgSize(payloadBytesMax), grpc.MaxSendMsgSize(payloadBytesMax))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "signalbox.v1.Function",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Invoke", Handler: invoke}},
		Streams:     []grpc.StreamDesc{{StreamName: "Stream", Handler: stream, ServerStreams: true, ClientStreams: true}},
	}, &functionServer{handle})
	return server.Serve(listener)
}

func invoke(server any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var request []byte
	if err := decode(&request); err != nil {
		return nil, err
	}
	reply, err := server.(*functionServer).handle(ctx, request)
	if err != nil {
		fmt.Fprintf(os.Stderr, "invocation failed: %v\n", err)
		return nil, status.Error(codes.Unknown, err.Error())
	}
	return &reply, nil
}

// stream answers each call as it is done; when the gateway ends its side what has begun is answered, and the stream ends with status 0.
func stream(server any, calls grpc.ServerStream) error {
	one := &openStream{server: server.(*functionServer), calls: calls, cancels: map[uint64]context.CancelFunc{}}
	defer one.begun.Wait()
	for {
		var message []byte
		if err := calls.RecvMsg(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := eachField(message, func(_ protowire.Number, call []byte, _ uint64) error { return one.take(call) }); err != nil {
			return status.Error(codes.InvalidArgument, err.Error())
		}
	}
}

type openStream struct {
	server  *functionServer
	calls   grpc.ServerStream
	begun   sync.WaitGroup
	sending sync.Mutex
	mutex   sync.Mutex
	cancels map[uint64]context.CancelFunc
}

func (s *openStream) take(call []byte) error {
	var id, cancelled uint64
	var request []byte
	err := eachField(call, func(field protowire.Number, bytes []byte, number uint64) error {
		switch field {
		case callID:
			id = number
		case callRequest:
			request = bytes
		case callCancelled:
			cancelled = number
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if cancelled != 0 {
		if cancel, open := s.cancels[id]; open {
			cancel()
		}
		return nil
	}
	ctx, cancel := context.WithCancel(s.calls.Context())
	s.cancels[id] = cancel
	s.begun.Add(1)
	go s.answer(ctx, id, request)
	return nil
}

func (s *openStream) answer(ctx context.Context, id uint64, request []byte) {
	defer s.begun.Done()
	reply, err := s.server.handle(ctx, request)
	answer := protowire.AppendVarint(protowire.AppendTag(nil, answerID, protowire.VarintType), id)
	if err == nil {
		answer = appendBytes(answer, answerReply, reply)
	} else {
		fmt.Fprintf(os.Stderr, "invocation failed: %v\n", err)
		refusal := protowire.AppendVarint(protowire.AppendTag(nil, refusalStatus, protowire.VarintType), uint64(codes.Unknown))
		answer = appendBytes(answer, answerRefusal, appendBytes(refusal, refusalReason, []byte(err.Error())))
	}
	s.mutex.Lock()
	isWanted := ctx.Err() == nil
	s.cancels[id]()
	delete(s.cancels, id)
	s.mutex.Unlock()
	if !isWanted {
		return
	}
	message := appendBytes(nil, 1, answer)
	s.sending.Lock()
	defer s.sending.Unlock()
	_ = s.calls.SendMsg(&message) // a stream that has ended: the gateway sends the call again
}

func appendBytes(to []byte, field protowire.Number, bytes []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), bytes)
}

// eachField gives the fields of a message: bytes of those that have a length, the number of the others. What it does not know it skips.
func eachField(message []byte, each func(field protowire.Number, bytes []byte, number uint64) error) error {
	for len(message) > 0 {
		field, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		var bytes []byte
		var number uint64
		switch kind {
		case protowire.BytesType:
			bytes, length = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			number, length = protowire.ConsumeVarint(message)
		default:
			length = protowire.ConsumeFieldValue(field, kind, message)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		if err := each(field, bytes, number); err != nil {
			return err
		}
	}
	return nil
}
