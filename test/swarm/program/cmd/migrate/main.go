// A migration that can be told to fail.
package main

import (
	"log"
	"os"
)

func main() {
	if os.Getenv("DATABASE_URL") == "" {
		log.Fatal("there is no DATABASE_URL")
	}
	if os.Getenv("MIGRATION_FAILS") != "" {
		log.Fatal("the migration fails, as it was told to")
	}
	log.Print("migrated")
}
