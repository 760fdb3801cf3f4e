// Command goduration prints durations as package time does: one per line, for the milliseconds on each line of its input.
package main

import (
	"fmt"
	"time"
)

func main() {
	var milliseconds int64
	for {
		if _, err := fmt.Scan(&milliseconds); err != nil {
			return
		}
		fmt.Println(time.Duration(milliseconds) * time.Millisecond)
	}
}
