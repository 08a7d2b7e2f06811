// Greeter: two functions on the official StateFun SDK for Go.
// example/person (id: a name) counts its visits in its own state and tells example/greeter, which writes a greeting to an egress.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/apache/flink-statefun/statefun-sdk-go/v3/pkg/statefun"
)

// Visit is what a person tells the greeter.
type Visit struct {
	Name   string `json:"name"`
	Visits int32  `json:"visits"`
	Said   string `json:"said"`
}

// Greeting is the greeter's state and what leaves.
type Greeting struct {
	Text   string `json:"text"`
	Visits int32  `json:"visits"`
}

var (
	personType   = statefun.TypeNameFrom("example/person")
	greeterType  = statefun.TypeNameFrom("example/greeter")
	greetings    = statefun.TypeNameFrom("example/greetings")
	visitType    = statefun.MakeJsonType(statefun.TypeNameFrom("example/visit"))
	greetingType = statefun.MakeJsonType(statefun.TypeNameFrom("example/greeting"))

	visits       = statefun.ValueSpec{Name: "visits", ValueType: statefun.Int32Type}
	lastGreeting = statefun.ValueSpec{Name: "last_greeting", ValueType: greetingType}
)

func person(ctx statefun.Context, message statefun.Message) error {
	var count int32
	ctx.Storage().Get(visits, &count)
	count++
	ctx.Storage().Set(visits, count)
	said := ""
	if message.IsString() {
		said = message.AsString()
	}
	ctx.Send(statefun.MessageBuilder{
		Target:    statefun.Address{FunctionType: greeterType, Id: ctx.Self().Id},
		Value:     Visit{Name: ctx.Self().Id, Visits: count, Said: said},
		ValueType: visitType,
	})
	return nil
}

func greeter(ctx statefun.Context, message statefun.Message) error {
	var visit Visit
	if err := message.As(visitType, &visit); err != nil {
		return fmt.Errorf("not a visit: %w", err)
	}
	greeting := Greeting{Text: greetingFor(visit), Visits: visit.Visits}
	ctx.Storage().Set(lastGreeting, greeting)
	ctx.SendEgress(statefun.GenericEgressBuilder{Target: greetings, Value: greeting, ValueType: greetingType})
	return nil
}

func greetingFor(visit Visit) string {
	if visit.Visits == 1 {
		return fmt.Sprintf("Welcome %s!", visit.Name)
	}
	return fmt.Sprintf("Nice to see you again, %s: visit number %d.", visit.Name, visit.Visits)
}

func main() {
	functions := statefun.StatefulFunctionsBuilder()
	specs := []statefun.StatefulFunctionSpec{
		{FunctionType: personType, States: []statefun.ValueSpec{visits}, Function: statefun.StatefulFunctionPointer(person)},
		{FunctionType: greeterType, States: []statefun.ValueSpec{lastGreeting}, Function: statefun.StatefulFunctionPointer(greeter)},
	}
	for _, spec := range specs {
		if err := functions.WithSpec(spec); err != nil {
			fail(err)
		}
	}
	http.Handle("/statefun", functions.AsHandler())
	port := os.Getenv("PORT")
	if port == "" {
		port = "8005"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fail(err)
	}
	server := &http.Server{}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-ended
		_ = server.Shutdown(context.Background())
	}()
	fmt.Printf("greeter functions on http://%s/statefun\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
