// Makes mistakes and fails when an error does not say where, what is wrong and what to do. Prints each error. What Go's compiler refuses is not here.
package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/aws/jsii-runtime-go"
	lib "github.com/cdktf-go-docker/cdktf-go-docker-go/cdktfgodocker"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

var readable = regexp.MustCompile(`^\S.+\n(  given:   .+\n)?(  allowed: .+\n)?  to do:   .+$`)

func service(stack cdktf.TerraformStack, change func(*lib.GoServiceWithPostgresProps)) {
	props := &lib.GoServiceWithPostgresProps{Source: jsii.String("app"), MainPackage: jsii.String("./cmd/links")}
	change(props)
	lib.NewGoServiceWithPostgres(stack, jsii.String("links"), props)
}

// A mistake, and what its error must show.
var mistakes = []struct {
	make  func(cdktf.TerraformStack)
	shown []string
}{
	{func(stack cdktf.TerraformStack) {
		service(stack, func(props *lib.GoServiceWithPostgresProps) {
			props.Database = &lib.PostgresDatabaseOptions{Parameters: &map[string]*string{"shared_bufers": jsii.String("256MB")}}
		})
	}, []string{"dev/links/Database: ", `did you mean "shared_buffers"?`}},
	{func(stack cdktf.TerraformStack) {
		service(stack, func(props *lib.GoServiceWithPostgresProps) { props.MainPackage = jsii.String("./cmd/lniks") })
	}, []string{"dev/links/Image: ", "./cmd/lniks", "./cmd/links"}},
	{func(stack cdktf.TerraformStack) {
		service(stack, func(props *lib.GoServiceWithPostgresProps) { props.Replicas = jsii.Number(0) })
	}, []string{"dev/links: ", "replicas"}},
	{func(cdktf.TerraformStack) { lib.BackupSchedule_DailyAt(jsii.String("25:00")) }, []string{"25:00"}},
}

func errorOf(mistake func(cdktf.TerraformStack)) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	mistake(cdktf.NewTerraformStack(cdktf.NewApp(nil), jsii.String("dev")))
	return
}

func main() {
	failed := 0
	for _, mistake := range mistakes {
		text := errorOf(mistake.make)
		ok := readable.MatchString(text)
		for _, shown := range mistake.shown {
			ok = ok && strings.Contains(text, shown)
		}
		if !ok {
			failed++
		}
		fmt.Printf("readable: %v\n    %s\n", ok, strings.ReplaceAll(text, "\n", "\n    "))
	}
	fmt.Printf("Go: %d of %d errors are readable\n", len(mistakes)-failed, len(mistakes))
	if failed > 0 {
		os.Exit(1)
	}
}
