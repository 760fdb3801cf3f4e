import com.hashicorp.cdktf.App;
import com.hashicorp.cdktf.TerraformStack;
import io.github.cdktfgodocker.*;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes mistakes and fails when an error does not say where, what is wrong and what to do. Prints each error. What the compiler refuses is not here. */
public class Mistakes {
    /** The start of a message. The runtime of jsii for Java adds the error once more, with a stack. */
    private static final Pattern READABLE = Pattern.compile("\\S.+\\n(  given:   .+\\n)?(  allowed: .+\\n)?  to do:   .+");

    /** A mistake, and what its error must show. */
    private record Mistake(Consumer<TerraformStack> make, String... shown) {}

    private static GoServiceWithPostgres.Builder service(TerraformStack stack) {
        return GoServiceWithPostgres.Builder.create(stack, "links").source("app").mainPackage("./cmd/links");
    }

    private static final List<Mistake> MISTAKES = List.of(
        new Mistake(stack -> service(stack)
            .database(PostgresDatabaseOptions.builder().parameters(Map.of("shared_bufers", "256MB")).build()).build(),
            "dev/links/Database: ", "did you mean \"shared_buffers\"?"),
        new Mistake(stack -> service(stack).mainPackage("./cmd/lniks").build(), "dev/links/Image: ", "./cmd/lniks", "./cmd/links"),
        new Mistake(stack -> service(stack).replicas(0).build(), "dev/links: ", "replicas"),
        new Mistake(stack -> BackupSchedule.dailyAt("25:00"), "25:00"));

    private static String errorOf(Mistake mistake) {
        try {
            mistake.make().accept(new TerraformStack(new App(), "dev"));
            return "nothing was refused";
        } catch (RuntimeException error) {
            return error.getMessage();
        }
    }

    public static void main(String[] arguments) {
        int failed = 0;
        for (Mistake mistake : MISTAKES) {
            Matcher message = READABLE.matcher(errorOf(mistake));
            boolean found = message.lookingAt();
            String text = found ? message.group() : errorOf(mistake);
            boolean readable = found && Arrays.stream(mistake.shown()).allMatch(text::contains);
            failed += readable ? 0 : 1;
            System.out.println("readable: " + readable + "\n    " + text.replace("\n", "\n    "));
        }
        System.out.println("Java: " + (MISTAKES.size() - failed) + " of " + MISTAKES.size() + " errors are readable");
        System.exit(failed > 0 ? 1 : 0);
    }
}
