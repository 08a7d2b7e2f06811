// Functions for go.yaml on the official StateFun SDK for Go: showcase.fns/user counts the logins of its user, showcase.fns/greetings
// writes a line for each to Kafka.
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/apache/flink-statefun/statefun-sdk-go/v3/pkg/statefun"
)

type login struct {
	UserName string `json:"user_name"`
}

type profile struct {
	Name string `json:"name"`
	Seen int32  `json:"seen"`
}

var (
	userType     = statefun.TypeNameFrom("showcase.fns/user")
	greetingType = statefun.TypeNameFrom("showcase.fns/greetings")
	greets       = statefun.TypeNameFrom("showcase.io/greets")
	loginType    = statefun.MakeJsonType(statefun.TypeNameFrom("showcase.types/userlogin"))
	profileType  = statefun.MakeJsonType(statefun.TypeNameFrom("showcase.types/profile"))
	seen         = statefun.ValueSpec{Name: "seen_count", ValueType: statefun.Int32Type}
)

func user(ctx statefun.Context, message statefun.Message) error {
	var from login
	if err := message.As(loginType, &from); err != nil {
		return fmt.Errorf("not a login: %w", err)
	}
	var count int32
	ctx.Storage().Get(seen, &count)
	count++
	ctx.Storage().Set(seen, count)
	ctx.Send(statefun.MessageBuilder{
		Target:    statefun.Address{FunctionType: greetingType, Id: from.UserName},
		Value:     profile{Name: from.UserName, Seen: count},
		ValueType: profileType,
	})
	return nil
}

func greetings(ctx statefun.Context, message statefun.Message) error {
	var about profile
	if err := message.As(profileType, &about); err != nil {
		return fmt.Errorf("not a profile: %w", err)
	}
	ctx.SendEgress(statefun.KafkaEgressBuilder{
		Target: greets,
		Topic:  "greetings",
		Key:    ctx.Self().Id,
		Value:  []byte(fmt.Sprintf("%s %d", about.Name, about.Seen)),
	})
	return nil
}

func main() {
	functions := statefun.StatefulFunctionsBuilder()
	for _, spec := range []statefun.StatefulFunctionSpec{
		{FunctionType: userType, States: []statefun.ValueSpec{seen}, Function: statefun.StatefulFunctionPointer(user)},
		{FunctionType: greetingType, Function: statefun.StatefulFunctionPointer(greetings)},
	} {
		if err := functions.WithSpec(spec); err != nil {
			fail(err)
		}
	}
	http.Handle("/statefun", functions.AsHandler())
	fail(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
