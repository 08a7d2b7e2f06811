package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/apache/flink-statefun/statefun-sdk-go/v3/pkg/statefun"
)

type send struct {
	ID      string  `json:"id"`
	Command command `json:"command"`
}

// command is what docs/write-an-sdk.md lists.
type command struct {
	Op        string          `json:"op"`
	Note      string          `json:"note,omitempty"`
	Name      string          `json:"name,omitempty"`
	Value     json.RawMessage `json:"value,omitempty"`
	To        []send          `json:"to,omitempty"`
	DelayMs   int64           `json:"delayMs,omitempty"`
	ID        string          `json:"id,omitempty"`
	Command   *command        `json:"command,omitempty"`
	Token     string          `json:"token,omitempty"`
	Egress    string          `json:"egress,omitempty"`
	ValueType string          `json:"valueType,omitempty"`
	WaitMs    int64           `json:"waitMs,omitempty"`
}

type note struct {
	Note       string  `json:"note"`
	Caller     *string `json:"caller"`
	Batch      int64   `json:"batch"`
	Overlapped bool    `json:"overlapped"`
}

var (
	probeType   = statefun.TypeNameFrom("conformance/probe")
	commandType = statefun.MakeJsonType(statefun.TypeNameFrom("conformance/command"))

	notes    = statefun.ValueSpec{Name: "notes", ValueType: jsonOf("conformance/notes")}
	intValue = statefun.ValueSpec{Name: "int_value", ValueType: statefun.Int32Type}
	states   = []statefun.ValueSpec{
		notes,
		{Name: "bool_value", ValueType: statefun.BoolType},
		intValue,
		{Name: "long_value", ValueType: statefun.Int64Type},
		{Name: "float_value", ValueType: statefun.Float32Type},
		{Name: "double_value", ValueType: statefun.Float64Type},
		{Name: "string_value", ValueType: statefun.StringType},
		{Name: "json_value", ValueType: jsonOf("conformance/json")},
		{Name: "after_write", ValueType: statefun.Int32Type, Expiration: statefun.ExpireAfterWrite(400 * time.Millisecond)},
		{Name: "after_call", ValueType: statefun.Int32Type, Expiration: statefun.ExpireAfterCall(1200 * time.Millisecond)},
	}
	active sync.Map
)

func jsonOf(name string) statefun.SimpleType {
	return statefun.MakeJsonType(statefun.TypeNameFrom(name))
}

func probe(ctx statefun.Context, message statefun.Message) error {
	told := command{Op: "note", Note: message.ValueTypeName().String()}
	if message.Is(commandType) {
		told = command{}
		if err := message.As(commandType, &told); err != nil {
			return err
		}
	}
	_, overlapped := active.LoadOrStore(ctx.Self().Id, true)
	defer active.Delete(ctx.Self().Id)
	write(ctx, told, overlapped)
	return perform(ctx, told)
}

func write(ctx statefun.Context, told command, overlapped bool) {
	batch, _ := ctx.Value(batchKey{}).(int64)
	line := note{Note: told.Note, Batch: batch, Overlapped: overlapped}
	if line.Note == "" {
		line.Note = told.Op
	}
	if caller := ctx.Caller(); caller != nil {
		text := caller.FunctionType.String() + "/" + caller.Id
		line.Caller = &text
	}
	var lines []note
	ctx.Storage().Get(notes, &lines)
	ctx.Storage().Set(notes, append(lines, line))
}

func perform(ctx statefun.Context, told command) error {
	switch told.Op {
	case "set":
		return set(ctx, told)
	case "delete":
		spec, err := specOf(told.Name)
		if err == nil {
			ctx.Storage().Remove(spec)
		}
		return err
	case "increment":
		var count int32
		ctx.Storage().Get(intValue, &count)
		ctx.Storage().Set(intValue, count+1)
	case "send":
		for _, one := range told.To {
			ctx.Send(toProbe(one.ID, one.Command))
		}
	case "send-after":
		return sendAfter(ctx, told)
	case "cancel":
		token, err := statefun.NewCancellationToken(told.Token)
		if err != nil {
			return err
		}
		ctx.CancelDelayedMessage(token)
	case "egress":
		ctx.SendEgress(statefun.GenericEgressBuilder{Target: statefun.TypeNameFrom(told.Egress), Value: told.Value, ValueType: jsonOf(told.ValueType)})
	case "answer":
		if ctx.Caller() == nil {
			return errors.New("nobody to answer")
		}
		ctx.Send(statefun.MessageBuilder{Target: *ctx.Caller(), Value: told.Value, ValueType: jsonOf(told.ValueType)})
	case "wait":
		time.Sleep(time.Duration(told.WaitMs) * time.Millisecond)
	case "throw":
		return errors.New("thrown on demand")
	}
	return nil
}

func set(ctx statefun.Context, told command) error {
	spec, err := specOf(told.Name)
	if err != nil {
		return err
	}
	var value interface{}
	switch spec.ValueType {
	case statefun.BoolType:
		value, err = parsed[bool](told.Value)
	case statefun.Int32Type:
		value, err = parsed[int32](told.Value)
	case statefun.Int64Type:
		value, err = parsed[int64](told.Value)
	case statefun.Float32Type:
		value, err = parsed[float32](told.Value)
	case statefun.Float64Type:
		value, err = parsed[float64](told.Value)
	case statefun.StringType:
		value, err = parsed[string](told.Value)
	default:
		value = told.Value
	}
	if err == nil {
		ctx.Storage().Set(spec, value)
	}
	return err
}

func parsed[T any](text json.RawMessage) (T, error) {
	var value T
	err := json.Unmarshal(text, &value)
	return value, err
}

func specOf(name string) (statefun.ValueSpec, error) {
	for _, spec := range states {
		if spec.Name == name {
			return spec, nil
		}
	}
	return statefun.ValueSpec{}, fmt.Errorf("there is no state %s", name)
}

func sendAfter(ctx statefun.Context, told command) error {
	delay := time.Duration(told.DelayMs) * time.Millisecond
	if told.Command == nil {
		return errors.New("send-after without a command")
	}
	if told.Token == "" {
		ctx.SendAfter(delay, toProbe(told.ID, *told.Command))
		return nil
	}
	token, err := statefun.NewCancellationToken(told.Token)
	if err == nil {
		ctx.SendAfterWithCancellationToken(delay, token, toProbe(told.ID, *told.Command))
	}
	return err
}

func toProbe(id string, told command) statefun.MessageBuilder {
	return statefun.MessageBuilder{Target: statefun.Address{FunctionType: probeType, Id: id}, Value: told, ValueType: commandType}
}
